import { Link } from '@tanstack/react-router';
import type { PerformanceStatus } from '@tidelock/api-answers';
import { type ClusterStatus, useStatus } from '../cluster/queries';
import { clusterHealth, replicationHealth, roleName } from '../cluster/words';
import { HealthIcon } from '../ui/HealthIcon';
import { Menu } from '../ui/Menu';

/** The cluster's health on every page, and the way to what is behind it. */
export function StatusMenu() {
  const status = useStatus();
  const label = (
    <>
      <HealthIcon health={clusterHealth(status)} />
      Status
      <span aria-hidden="true">▾</span>
    </>
  );
  return (
    <Menu name="Status" label={label}>
      <h2>Replication</h2>
      <ReplicationItem status={status.replication} />
      <h2>Server</h2>
      <SealItem {...status} />
    </Menu>
  );
}

function ReplicationItem({ status }: { readonly status: PerformanceStatus | undefined }) {
  if (status === undefined || status.mode === 'unsupported' || status.mode === 'disabled')
    return (
      <Link to="/vault/replication/performance">
        {status?.mode === 'disabled' ? 'Enable Performance' : 'Performance'}
      </Link>
    );
  const ids = [status.mode === 'primary' ? '' : status.secondary_id, status.cluster_id.split('-')[0]].filter(Boolean);
  return (
    <Link to="/vault/replication/performance">
      <HealthIcon health={replicationHealth(status)} />
      <span>
        {roleName(status)}
        <code>{ids.join(' · ')}</code>
      </span>
    </Link>
  );
}

function SealItem({ health, unreachable }: ClusterStatus) {
  const word = health === undefined || unreachable ? 'unknown' : health.sealed ? 'sealed' : 'unsealed';
  return (
    <Link to="/vault/settings/seal">
      <HealthIcon health={({ unknown: 'unknown', sealed: 'down', unsealed: 'ok' } as const)[word]} />
      {{ unknown: 'Does not answer', sealed: 'Sealed', unsealed: 'Unsealed' }[word]}
    </Link>
  );
}
