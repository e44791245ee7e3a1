import type { PerformanceHistory } from '@tidelock/api-answers';
import type { Clock } from '@tidelock/kernel';
import { HEARTBEAT_INTERVAL_MS } from '../cluster-port/heartbeat';
import type { ReplicationNode } from '../roles/replication-node';
import { LAG_WATCH_MS } from '../secondary/lag-watch';

/** `data` of `sys/replication/performance/history`. @param since ms since the Unix epoch: points from behind it on. */
export function performanceHistory(
  { asPrimary, asSecondary }: ReplicationNode,
  clock: Clock,
  since = -Infinity,
): PerformanceHistory {
  const now = clock.now();
  if (asPrimary) return { interval_ms: HEARTBEAT_INTERVAL_MS, series: asPrimary.heartbeats.histories(since, now) };
  const { role, lagHistory } = asSecondary ?? {};
  return {
    interval_ms: LAG_WATCH_MS,
    series: role && lagHistory ? { [role.secondaryId]: lagHistory.since(since, now) } : {},
  };
}
