import { lazy, Suspense } from 'react';
import { useStatus } from '../../cluster/queries';
import { Skeleton } from '../../ui/Skeleton';
import { PrimaryDetails } from './PrimaryDetails';
import { SecondaryDetails } from './SecondaryDetails';

// Once in the life of a secondary.
const BootstrapPage = lazy(async () => ({ default: (await import('./BootstrapPage')).BootstrapPage }));

export function DetailsPage() {
  const { replication } = useStatus({ watched: true });
  switch (replication?.mode) {
    case 'primary':
      return <PrimaryDetails status={replication} />;
    case 'secondary':
      return <SecondaryDetails status={replication} />;
    case 'bootstrapping':
      return (
        <Suspense fallback={<Skeleton lines={6} />}>
          <BootstrapPage status={replication} />
        </Suspense>
      );
    default:
      return null;
  }
}
