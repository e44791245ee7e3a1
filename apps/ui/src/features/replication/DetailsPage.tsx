import { useStatus } from '../../cluster/queries';
import { PrimaryDetails } from './PrimaryDetails';
import { SecondaryDetails } from './SecondaryDetails';

export function DetailsPage() {
  const { replication } = useStatus({ watched: true });
  if (replication?.mode === 'primary') return <PrimaryDetails status={replication} />;
  if (replication?.mode === 'secondary' || replication?.mode === 'bootstrapping')
    return <SecondaryDetails status={replication} />;
  return null;
}
