import type { PrimaryStatus, SecondaryStatus } from '@tidelock/api-answers';
import { useStatus } from '../../cluster/queries';
import { PrimaryDetails } from './PrimaryDetails';
import { SecondaryDetails } from './SecondaryDetails';

export function DetailsPage() {
  const { replication } = useStatus({ watched: true });
  if (replication?.mode === 'primary') return <PrimaryDetails status={replication satisfies PrimaryStatus} />;
  if (replication?.mode === 'secondary' || replication?.mode === 'bootstrapping')
    return <SecondaryDetails status={replication satisfies SecondaryStatus} />;
  return null;
}
