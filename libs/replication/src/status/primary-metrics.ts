import { type Clock, counter, gauge, type Metric } from '@tidelock/kernel';
import type { PrimaryRole } from '../roles/primary-role';
import type { SecondaryStatus } from '../roles/heartbeats-received';
import { labelled } from './labelled';
import { rpcMetrics } from './rpc-metrics';

export function primaryMetrics(primary: PrimaryRole, clock: Clock): Metric[] {
  const now = clock.now();
  return [
    ...journalMetrics(primary, now),
    ...secondariesMetrics(
      primary.heartbeats.statuses((id) => primary.filtering.status(id)),
      now,
    ),
    gauge(
      'tidelock.replication.known_secondaries',
      'Ids that were given, by what became of them.',
      labelled('state', countsOf(primary)),
    ),
    ...rpcMetrics('server', primary.calls),
  ];
}

function journalMetrics({ streamStatus, journal }: PrimaryRole, now: number): Metric[] {
  if (streamStatus === undefined) return [];
  const { publishedIndex, pendingRows, oldestPendingTime, brokerUp, refused } = streamStatus;
  const { bytes, pendingBytes, budgetBytes } = journal.figures();
  const age = oldestPendingTime === null ? 0 : Math.max(0, now - oldestPendingTime) / 1000;
  return [
    gauge(
      'tidelock.replication.journal.published_index',
      'Index of the last row that the broker has acknowledged.',
      publishedIndex,
    ),
    gauge('tidelock.replication.journal.pending_rows', 'Journal rows committed and not yet published.', pendingRows),
    gauge(
      'tidelock.replication.journal.pending_bytes',
      'Bytes that wait for the broker, of the stream that is the furthest behind.',
      pendingBytes,
    ),
    gauge('tidelock.replication.journal.bytes', 'Bytes of the journal, published rows that are kept included.', bytes),
    gauge('tidelock.replication.journal.budget_bytes', 'journal_budget_bytes of the configuration.', budgetBytes),
    gauge(
      'tidelock.replication.journal.oldest_pending_seconds',
      'Age of the oldest journal row that is not yet published, in seconds.',
      age,
    ),
    gauge('tidelock.replication.broker_up', 'Whether the last exchange with the broker succeeded.', brokerUp),
    counter(
      'tidelock.replication.refused_total',
      'Messages that had no effect, by reason.',
      labelled('reason', Object.entries(refused.reasons)),
    ),
  ];
}

function secondariesMetrics(secondaries: readonly SecondaryStatus[], now: number): Metric[] {
  const each = (measure: (secondary: SecondaryStatus) => number) =>
    labelled(
      'secondary',
      secondaries.map((one) => [one.node_id, measure(one)] as const),
    );
  return [
    gauge(
      'tidelock.replication.secondary.connected',
      'Whether the secondary was heard of lately.',
      each(({ connection_status: status }) => Number(status === 'connected')),
    ),
    gauge(
      'tidelock.replication.secondary.lag_mutations',
      'Mutations that the secondary has yet to apply.',
      each(({ lag_mutations: lag }) => lag),
    ),
    gauge(
      'tidelock.replication.secondary.lag_seconds',
      'How old the state is that the secondary has applied, while it lacks something.',
      each(({ lag_seconds: lag }) => lag),
    ),
    gauge(
      'tidelock.replication.secondary.canary_age_seconds',
      'Age of the newest message of the stream applied there.',
      each((one) => Number(one.replication_primary_canary_age_ms) / 1000),
    ),
    gauge(
      'tidelock.replication.secondary.clock_skew_seconds',
      "How far the secondary's clock is ahead.",
      each((one) => Number(one.clock_skew_ms) / 1000),
    ),
    gauge(
      'tidelock.replication.secondary.heartbeat_age_seconds',
      'Time since its last heartbeat.',
      each((one) => Math.max(0, now - Date.parse(one.last_heartbeat)) / 1000),
    ),
  ];
}

function countsOf({ secondaries }: PrimaryRole): readonly (readonly [string, number])[] {
  const states = Object.values(secondaries.states());
  return ['pending', 'active', 'revoked'].map(
    (state) => [state, states.filter((one) => one === state).length] as const,
  );
}
