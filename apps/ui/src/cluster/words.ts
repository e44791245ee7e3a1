import type { PerformanceStatus } from '@tidelock/api-answers';
import { type Health, healthOf, worstOf } from '../ui/health';
import type { ClusterStatus } from './queries';

/** `Performance Primary`, …: the mode with its role. */
export function roleName(status: PerformanceStatus | undefined): string {
  if (status === undefined) return 'Reading the status…';
  if (status.mode === 'disabled' || status.mode === 'unsupported') return 'Replication is off';
  return `Performance ${status.mode === 'primary' ? 'Primary' : 'Secondary'}`;
}

/** Of this cluster's replication: of a secondary the worse of what it applies and whom it hears. */
export function replicationHealth(status: PerformanceStatus | undefined): Health {
  if (status === undefined) return 'unknown';
  switch (status.mode) {
    case 'primary':
      return worstOf(healthOf(status.state), status.stream?.brokerUp === false ? 'down' : 'ok');
    case 'secondary':
    case 'bootstrapping':
      return worstOf(healthOf(status.state), healthOf(status.connection_state));
    default:
      return 'ok';
  }
}

export function clusterHealth({ unreachable, health, replication }: ClusterStatus): Health {
  if (unreachable || health === undefined) return 'unknown';
  return health.sealed ? 'bad' : replicationHealth(replication);
}

/** Of the replication set, where it is part of one. */
export const setIdOf = (status: PerformanceStatus | undefined): string | undefined =>
  status !== undefined && 'cluster_id' in status ? status.cluster_id : undefined;

/** As its set knows it; `undefined`: it is in none. */
export function memberName(status: PerformanceStatus | undefined): string | undefined {
  if (status?.mode === 'primary') return 'primary';
  return status?.mode === 'secondary' || status?.mode === 'bootstrapping' ? status.secondary_id : undefined;
}
