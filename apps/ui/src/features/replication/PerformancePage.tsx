import { PlusIcon } from '@primer/octicons-react';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useStatus } from '../../cluster/queries';
import { Alert } from '../../ui/Alert';
import { ButtonLink } from '../../ui/ButtonLink';
import { useKey } from '../../ui/keys';
import { PageHead } from '../../ui/PageHead';
import { Skeleton } from '../../ui/Skeleton';
import { Tabs } from '../../ui/Tabs';

// A cluster that is part of a set has no use for it.
const EnableForm = lazy(async () => ({ default: (await import('./EnableForm')).EnableForm }));

/** The frame of the pages of performance replication, or the form that begins it. */
export function PerformancePage() {
  const { replication, unreachable } = useStatus({ watched: true });
  useNewSecondary(replication?.mode === 'primary');
  if (replication === undefined) return unreachable ? null : <Skeleton lines={10} />;
  if (replication.mode === 'unsupported')
    return (
      <Alert kind="warn" title="Replication unsupported">
        This server's storage cannot replicate.
      </Alert>
    );
  if (replication.mode === 'disabled')
    return (
      <Suspense fallback={<Skeleton lines={10} />}>
        <EnableForm />
      </Suspense>
    );
  const isPrimary = replication.mode === 'primary';
  return (
    <>
      <PageHead
        title="Performance"
        badge={replication.mode}
        note={
          isPrimary
            ? 'This cluster writes; its secondaries follow the stream.'
            : 'This cluster follows its primary, and passes writes on to it.'
        }
      >
        {isPrimary && (
          <ButtonLink kind="primary" icon={<PlusIcon />} to="/vault/replication/performance/secondaries/add">
            Add secondary
          </ButtonLink>
        )}
      </PageHead>
      <Tabs label="Performance">
        <Link to="/vault/replication/performance" activeOptions={{ exact: true }}>
          Details
        </Link>
        <Link to="/vault/replication/performance/manage">Manage</Link>
        {isPrimary && (
          <Link to="/vault/replication/performance/secondaries">
            Secondaries <span>{replication.known_secondaries.length}</span>
          </Link>
        )}
      </Tabs>
      <Outlet />
    </>
  );
}

function useNewSecondary(isPrimary: boolean): void {
  const navigate = useNavigate();
  const add = (): void => void navigate({ to: '/vault/replication/performance/secondaries/add' });
  useKey('n', isPrimary ? add : undefined);
}
