import type {
  FencedStatus,
  HealingStatus,
  JournalStatus,
  PerformanceAnswer,
  PrimaryStatus,
  RefusedMessages,
  SecondaryStatus,
} from '@tidelock/api-answers';
import { rfc3339 } from '@tidelock/kernel';
import type { MerkleStore, Store } from '@tidelock/store';
import type { FollowStatus, RefusalCount, SyncProgress } from '@tidelock/stream';
import type { JournalFigures } from '../primary/journal-watch';
import type { PrimaryLink } from '../secondary/primary-link';
import type { PrimaryRole } from '../primary/primary-role';
import type { ReplicationNode } from '../roles/replication-node';
import type { KnownSecondary } from '../membership/known-secondary';
import type { Fenced } from '../membership/role-store';
import type { SecondaryRole } from '../secondary/secondary-role';

type StatusStore = Pick<Store, 'position'> & Pick<MerkleStore, 'merkle'>;

type Common = HealingStatus & Pick<PrimaryStatus, 'merkle_root' | 'ssct_generation_counter'>;

/** `data` of `sys/replication/performance/status` (replication API page, "Check performance status"). */
export function performanceStatus(node: ReplicationNode, store: StatusStore): PerformanceAnswer {
  const { mode, asPrimary: primary, asSecondary: secondary } = node;
  if (mode === 'disabled') return { mode };
  if (primary) return { ...common(node, store), ...primaryBlock(primary, store, node.quarantine.size) };
  if (secondary) return { ...common(node, store), ...secondaryBlock(secondary, store, node.quarantine.size) };
  return { mode };
}

function common({ healing }: ReplicationNode, store: StatusStore): Common {
  return { merkle_root: store.merkle.root(), ...healing.status(), ssct_generation_counter: 0 };
}

function primaryBlock(
  primary: PrimaryRole,
  store: StatusStore,
  quarantined: number,
): Omit<PrimaryStatus, keyof Common> {
  const { role, heartbeats, secondaries, filtering, streamStatus } = primary;
  const { localIndex, replicatedIndex } = store.position();
  const known = secondaries.all();
  return {
    mode: 'primary',
    cluster_id: role.setId,
    state: 'running',
    known_secondaries: known.map(({ id }) => id),
    known_secondary_states: secondaries.states(),
    known_secondary_token_expires: tokenExpiries(known),
    known_secondary_forwarding: Object.fromEntries(known.map(({ id }) => [id, filtering.filters.levelOf(id)])),
    ...(primary.reapplyAllowed.length > 0 && {
      reapply_allowed: primary.reapplyAllowed.map(({ id, until }) => ({ id, until: rfc3339(until) })),
    }),
    secondaries: heartbeats.statuses((id) => filtering.status(id)),
    last_wal: localIndex,
    last_performance_wal: replicatedIndex,
    primary_cluster_addr: role.primaryClusterAddr,
    epoch: role.epoch,
    stream: streamStatus && { ...streamStatus, refused: refusedBlock(streamStatus.refused) },
    journal: journalBlock(primary.journal.figures()),
    ...(quarantined > 0 && { quarantined }),
    kafka_acls: primary.access.status(),
  };
}

const tokenExpiries = (known: readonly Pick<KnownSecondary, 'id' | 'expiresAt'>[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    known.flatMap(({ id, expiresAt }) => (expiresAt === undefined ? [] : [[id, rfc3339(expiresAt)] as const])),
  );

const journalBlock = ({ bytes, pendingBytes, budgetBytes }: JournalFigures): JournalStatus => ({
  bytes,
  pending_bytes: pendingBytes,
  budget_bytes: budgetBytes,
  ...(pendingBytes > budgetBytes && {
    warning:
      'what waits for the broker is more than journal_budget_bytes; it is kept, and grows until the broker is back or the disk is full',
  }),
});

function secondaryBlock(
  { role, primary, stream, streamName }: SecondaryRole,
  store: Pick<Store, 'position'>,
  quarantined: number,
): Omit<SecondaryStatus, keyof Common> {
  return {
    mode: role.mode === 'bootstrapping' ? 'bootstrapping' : 'secondary',
    cluster_id: role.setId,
    state: 'idle',
    connection_state: 'idle',
    last_remote_wal: store.position().replicatedIndex,
    last_start: '',
    primary_cluster_addr: role.primaryClusterAddr,
    known_primary_cluster_addrs: role.knownPrimaryClusterAddrs,
    primaries: [],
    secondary_id: role.secondaryId,
    epoch: role.epoch,
    stream_followed: streamName,
    ...(primary && linkBlock(primary, store)),
    ...(stream && streamBlock(stream.status())),
    ...(role.fenced && { fenced: fencedBlock(role.fenced, quarantined) }),
    ...(quarantined > 0 && { quarantined }),
  };
}

const linkBlock = (primary: PrimaryLink, store: Pick<Store, 'position'>): Partial<SecondaryStatus> => {
  const applied = store.position().replicatedIndex;
  const lag = primary.lagMutations(applied);
  const { lagMs, applyDelayMs } = primary.measured(applied);
  return {
    connection_state: primary.connectionState,
    known_primary_cluster_addrs: primary.knownAddresses,
    primaries: primary.primaryStatus(),
    ...(lag !== undefined && { lag_mutations: lag }),
    lag_seconds: primary.lagSeconds(applied),
    ...(lagMs !== undefined && { lag_ms: lagMs }),
    ...(applyDelayMs && { apply_delay_ms: applyDelayMs }),
    forwarding: primary.forwarding ?? '',
  };
};

const streamBlock = ({
  state,
  brokerUp,
  lastError,
  refused,
  poison,
  ...rest
}: FollowStatus): Partial<SecondaryStatus> => {
  const { lastStart, applyError, difference, progress } = rest;
  return {
    state,
    stream: { brokerUp, lastError },
    last_start: lastStart === undefined ? '' : rfc3339(lastStart),
    refused: refusedBlock(refused),
    ...(poison && { poison }),
    ...(applyError !== undefined && { last_error: applyError }),
    ...(difference && { known_difference: { reason: difference.reason, records: difference.keys.length } }),
    ...(progress && syncProgress(progress)),
  };
};

const refusedBlock = ({ last, ...counts }: RefusalCount): RefusedMessages => ({
  ...counts,
  last: last && { ...last, at: rfc3339(last.at) },
});

const fencedBlock = ({ epoch, byEpoch, at }: Fenced, quarantined: number): FencedStatus => ({
  epoch,
  by_epoch: byEpoch,
  at: rfc3339(at),
  quarantined,
});

const syncProgress = ({ done, total, bytes, rate, etaSeconds }: SyncProgress): Partial<SecondaryStatus> => ({
  sync_progress: { done, total, bytes, rate, eta_seconds: etaSeconds },
  sync_total_keys: total,
});
