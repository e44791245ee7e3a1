import type { ApplyDelay, PerformanceAnswer, PrimaryStatus, SecondaryStatus } from '@tidelock/api-answers';
import {
  type Clock,
  counter,
  gauge,
  type Metric,
  type MetricLabels,
  type MetricReading,
  summary,
  type Tallies,
} from '@tidelock/kernel';
import type { FollowedStream, FollowState } from '@tidelock/stream';
import type { HeardSecondary } from '../primary/heartbeats-received';
import type { PrimaryLink } from '../secondary/primary-link';
import type { PrimaryRole } from '../primary/primary-role';
import type { ReplicationNode } from '../roles/replication-node';
import type { SecondaryRole } from '../secondary/secondary-role';
import { performanceStatus } from './replication-status';

/** What replication measures, in the role that this cluster has. No label is anything but a secondary's id, or a reason, a phase or a figure of ours. */
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
    own('epoch', 'Epoch of the replication set, raised by each promotion.', node.role.epoch),
    own('fenced', 'Whether this cluster was primary and has been replaced by a newer one.', 'fenced' in status),
    own(
      'quarantined',
      'Mutations of a fenced primary kept aside for an operator.',
      isTold(status) ? (status.quarantined ?? 0) : 0,
    ),
    own(
      'corrupted',
      'Whether damaged records or pages are known and not repaired.',
      isTold(status) && status.corrupted_merkle_tree,
    ),
    ...(asPrimary ? primaryMetrics(asPrimary, clock) : []),
    ...(asSecondary && isOfSecondary(status) ? secondaryMetrics(asSecondary, status) : []),
  ];
}

const isTold = (status: PerformanceAnswer): status is PrimaryStatus | SecondaryStatus => 'cluster_id' in status;

const isOfSecondary = (status: PerformanceAnswer): status is SecondaryStatus =>
  isTold(status) && status.mode !== 'primary';

function primaryMetrics(primary: PrimaryRole, clock: Clock): Metric[] {
  const now = clock.now();
  return [
    ...journalMetrics(primary, now),
    ...secondariesMetrics(
      primary.heartbeats.statuses((id) => primary.filtering.status(id)),
      now,
    ),
    own('known_secondaries', 'Ids that were given, by what became of them.', labelled('state', countsOf(primary))),
    ...rpcMetrics('server', primary.calls),
  ];
}

function journalMetrics({ streamStatus, journal }: PrimaryRole, now: number): Metric[] {
  if (streamStatus === undefined) return [];
  const { publishedIndex, pendingRows, oldestPendingTime, brokerUp, refused } = streamStatus;
  const { bytes, pendingBytes, budgetBytes } = journal.figures();
  const age = oldestPendingTime === null ? 0 : Math.max(0, now - oldestPendingTime) / 1000;
  return [
    own('journal.published_index', 'Index of the last row that the broker has acknowledged.', publishedIndex),
    own('journal.pending_rows', 'Journal rows committed and not yet published.', pendingRows),
    own(
      'journal.pending_bytes',
      'Bytes that wait for the broker, of the stream that is the furthest behind.',
      pendingBytes,
    ),
    own('journal.bytes', 'Bytes of the journal, published rows that are kept included.', bytes),
    own('journal.budget_bytes', 'journal_budget_bytes of the configuration.', budgetBytes),
    own('journal.oldest_pending_seconds', 'Age of the oldest journal row that is not yet published, in seconds.', age),
    own('broker_up', 'Whether the last exchange with the broker succeeded.', brokerUp),
    counter(
      'tidelock.replication.refused_total',
      'Messages that had no effect, by reason.',
      labelled('reason', Object.entries(refused.reasons)),
    ),
  ];
}

function secondariesMetrics(secondaries: readonly HeardSecondary[], now: number): Metric[] {
  /** Of those that tell it. */
  const each = (name: string, help: string, measure: (secondary: HeardSecondary) => number | undefined): Metric =>
    own(
      `secondary.${name}`,
      help,
      secondaries.flatMap((one) => {
        const value = measure(one);
        return value === undefined ? [] : [{ value, labels: { secondary: one.node_id } }];
      }),
    );
  return [
    each('connected', 'Whether the secondary was heard of lately.', (one) =>
      Number(one.connection_status === 'connected'),
    ),
    each('lag_mutations', 'Mutations that the secondary has yet to apply.', (one) => one.lag_mutations),
    each(
      'lag_seconds',
      'How old the state is that the secondary has applied, while it lacks something.',
      (one) => one.lag_seconds,
    ),
    each('lag_ms', 'How old its state is, as it measures that, in milliseconds.', (one) => one.lag_ms),
    own(
      'secondary.apply_delay_ms',
      'From the commit of mutations to their being applied there, over the last minute, in milliseconds.',
      secondaries.flatMap(({ node_id: secondary, apply_delay_ms: delay }) => delayReadings(delay, { secondary })),
    ),
    each(
      'canary_age_seconds',
      'Age of the newest message of the stream applied there.',
      (one) => Number(one.replication_primary_canary_age_ms) / 1000,
    ),
    each('clock_skew_seconds', "How far the secondary's clock is ahead.", (one) => Number(one.clock_skew_ms) / 1000),
    each(
      'heartbeat_age_seconds',
      'Time since its last heartbeat.',
      (one) => Math.max(0, now - Date.parse(one.last_heartbeat)) / 1000,
    ),
  ];
}

function countsOf({ secondaries }: PrimaryRole): readonly (readonly [string, number])[] {
  const states = Object.values(secondaries.states());
  return ['pending', 'active', 'revoked'].map(
    (state) => [state, states.filter((one) => one === state).length] as const,
  );
}

const STATES: readonly FollowState[] = ['stream-wals', 'merkle-diff', 'merkle-sync', 'idle'];

function secondaryMetrics({ primary, stream }: SecondaryRole, status: SecondaryStatus): Metric[] {
  return [
    gauge('vault.replication.fsm.last_remote_wal', 'Index of the last mutation applied.', status.last_remote_wal),
    own('connected', 'Whether the primary answers.', primary?.connectionState === 'ready'),
    ...(primary ? linkMetrics(primary, status) : []),
    ...(stream ? followMetrics(stream) : []),
  ];
}

function linkMetrics(primary: PrimaryLink, status: SecondaryStatus): Metric[] {
  const { canaryAgeMs, clockSkewMs } = primary.echo();
  return [
    gauge(
      'vault.replication.fsm.last_upstream_remote_wal',
      'Index that the primary told of last.',
      primary.primaryIndex,
    ),
    ...(status.lag_mutations === undefined
      ? []
      : [
          own(
            'lag_mutations',
            'Mutations of the primary yet to be applied here; absent while that is not known.',
            status.lag_mutations,
          ),
        ]),
    own(
      'lag_seconds',
      'Time since this cluster was last known to have all that the primary had; 0 = it has.',
      status.lag_seconds ?? 0,
    ),
    ...(status.lag_ms === undefined
      ? []
      : [own('lag_ms', 'How old the state is against the primary, in milliseconds.', status.lag_ms)]),
    own(
      'apply_delay_ms',
      'From the commit of mutations on the primary to their being applied here, over the last minute, in milliseconds.',
      delayReadings(status.apply_delay_ms),
    ),
    own('canary_age_seconds', 'Age of the newest message of the stream applied here.', canaryAgeMs / 1000),
    own('clock_skew_seconds', "How far the primary's clock is ahead.", clockSkewMs / 1000),
    ...rpcMetrics('client', primary.calls),
  ];
}

function followMetrics(stream: FollowedStream): Metric[] {
  const { state, poison, progress } = stream.status();
  const { figures } = stream;
  const { done = 0, total = 0, bytes = 0, rate = 0, etaSeconds = 0 } = progress ?? {};
  const sum = [...figures.found.values()].reduce((all, one) => all + one, 0);
  return [
    own(
      'state',
      'What this secondary does: 1 for the state it is in.',
      labelled(
        'state',
        STATES.map((one) => [one, Number(one === state)] as const),
      ),
    ),
    own('poisoned', 'Whether a mutation cannot be applied here.', poison !== undefined),
    counter('tidelock.replication.applied_mutations_total', 'Mutations applied from the stream.', figures.mutations),
    own('apply_rate', 'Mutations applied in a second, over the last ten.', figures.applyRate()),
    counter('tidelock.replication.gaps_found_total', 'How often the stream had to be left, whatever the reason.', sum),
    counter('tidelock.replication.gaps_healed_total', 'How often it was followed again after that.', figures.healed),
    counter(
      'tidelock.replication.stream_left_total',
      'How often the stream had to be left, by reason.',
      labelled('reason', figures.found),
    ),
    counter(
      'tidelock.replication.refused_total',
      'Messages that had no effect, by reason.',
      labelled('reason', figures.refused),
    ),
    summary('vault.replication.merkleSync', 'Comparisons with the primary, copies included.', figures.syncs),
    own('sync.done', 'Records copied or deleted by the sync under way.', done),
    own('sync.total', 'Records it has to do, as far as known.', total),
    own('sync.bytes', 'Bytes it has copied.', bytes),
    own('sync.rate', 'Records per second.', rate),
    own('sync.eta_seconds', 'Time it is expected to take still.', etaSeconds),
  ];
}

/** Each figure of a delay; none where nothing was applied. */
const delayReadings = (delay: ApplyDelay | undefined, labels: MetricLabels = {}): MetricReading[] =>
  Object.entries(delay ?? {}).map(([figure, value]) => ({ value, labels: { ...labels, figure } }));

/** A gauge without a counterpart in Vault. */
const own = (name: string, help: string, value: number | boolean | readonly MetricReading[]): Metric =>
  gauge(`tidelock.replication.${name}`, help, value);

/** Readings that differ in one label. */
const labelled = (label: string, values: Iterable<readonly [string, number]>): MetricReading[] =>
  [...values].map(([text, value]) => ({ value, labels: { [label]: text } }));

/** Vault's name of each call of the cluster port that has one: as the primary counts it, as the secondary does. */
const VAULT_NAMES: Readonly<Record<string, { readonly server?: string; readonly client?: string }>> = {
  bootstrap: { server: 'bootstrap_request' },
  heartbeat: { server: 'echo' },
  forward: { server: 'forwarding_request', client: 'forward' },
  'merkle-root': { server: 'guard_hash_request', client: 'guard_hash' },
  'merkle-pages': { server: 'conflicting_pages_request', client: 'conflicting_pages' },
  'merkle-page': { server: 'sub_page_hashes_request', client: 'sub_page_hashes' },
  'merkle-fetch': { client: 'fetch_keys' },
};

/** Calls of the cluster port, each with its number and duration. */
function rpcMetrics(side: 'server' | 'client', tallies: Tallies | undefined): Metric[] {
  return (tallies?.entries() ?? []).map(([call, tally]) => {
    const name = VAULT_NAMES[call]?.[side];
    const full =
      name === undefined
        ? `tidelock.replication.rpc.${side}.${call.replaceAll('-', '_')}`
        : `vault.replication.rpc.${side}.${name}`;
    return summary(full, `Calls "${call}" ${side === 'server' ? 'answered' : 'made'} on the cluster port.`, tally);
  });
}
