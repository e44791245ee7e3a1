import { type Clock, gauge, type Metric } from '@tidelock/kernel';

import type { ReplicationNode } from '../roles/replication-node';
import { primaryMetrics } from './primary-metrics';
import { performanceStatus } from './replication-status';
import { secondaryMetrics } from './secondary-metrics';

/** What replication measures, in the role that this cluster has. No label is anything but a secondary's id, a reason or a phase of ours. */
export function replicationMetrics(
  node: ReplicationNode,
  store: Parameters<typeof performanceStatus>[1],
  clock: Clock,
): Metric[] {
  const { asPrimary, asSecondary } = node;
  const status = performanceStatus(node, store);
  return [
    gauge(
      'vault.core.replication.performance.primary',
      'Whether this cluster is a performance primary.',
      node.mode === 'primary',
    ),
    gauge(
      'vault.core.replication.performance.secondary',
      'Whether this cluster is a performance secondary.',
      node.isSecondary,
    ),
    gauge('vault.core.replication.dr.primary', 'There is no disaster recovery replication: always 0.', 0),
    gauge('vault.core.replication.dr.secondary', 'There is no disaster recovery replication: always 0.', 0),
    gauge('vault.core.replication.write_undo_logs', 'There are no undo logs: always 0.', 0),
    gauge('tidelock.replication.epoch', 'Epoch of the replication set, raised by each promotion.', node.role.epoch),
    gauge(
      'tidelock.replication.fenced',
      'Whether this cluster was primary and has been replaced by a newer one.',
      status['fenced'] !== undefined,
    ),
    gauge(
      'tidelock.replication.quarantined',
      'Mutations of a fenced primary kept aside for an operator.',
      Number(status['quarantined'] ?? 0),
    ),
    gauge(
      'tidelock.replication.corrupted',
      'Whether damaged records or pages are known and not repaired.',
      status['corrupted_merkle_tree'] === true,
    ),
    ...(asPrimary ? primaryMetrics(asPrimary, clock) : []),
    ...(asSecondary ? secondaryMetrics(asSecondary, status) : []),
  ];
}
