import { rfc3339 } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import type { SyncProgress } from '../merkle/sync-progress';
import type { PrimaryRole } from '../roles/primary-role';
import type { ReplicationNode } from '../roles/replication-node';
import type { SecondaryRole } from '../roles/secondary-role';

export type StatusBlock = Readonly<Record<string, unknown>>;

/** Vault's zero time, in Unix seconds: "never checked". */
const NEVER_CHECKED = '-62135596800';

/** `data` of `sys/replication/performance/status` (replication.md section 3). */
export function performanceStatus(node: ReplicationNode, store: Store): StatusBlock {
  const primary = node.asPrimary;
  if (primary) return primaryBlock(primary, store);
  const secondary = node.asSecondary;
  if (secondary) return secondaryBlock(secondary, store);
  return { mode: node.mode };
}

function common(store: Store): StatusBlock {
  return {
    merkle_root: store.merkle.root(),
    last_reindex_epoch: '0',
    last_corruption_check_epoch: NEVER_CHECKED,
    corrupted_merkle_tree: false,
    ssct_generation_counter: 0,
  };
}

function primaryBlock(primary: PrimaryRole, store: Store): StatusBlock {
  const { role, heartbeats, secondaries, streamStatus } = primary;
  const { localIndex, replicatedIndex } = primary.position();
  const known = secondaries.all();
  return {
    ...common(store),
    mode: 'primary',
    cluster_id: role.setId,
    state: 'running',
    known_secondaries: known.map(({ id }) => id),
    known_secondary_states: secondaries.states(),
    secondaries: heartbeats.statuses(replicatedIndex),
    last_wal: localIndex,
    last_performance_wal: replicatedIndex,
    primary_cluster_addr: role.primaryClusterAddr,
    epoch: role.epoch,
    stream: streamStatus,
    kafka_acls: primary.access.status(),
  };
}

function secondaryBlock({ role, primary, stream }: SecondaryRole, store: Store): StatusBlock {
  const { state, refused, poison, progress, lastStart, lastError } = stream.status();
  const applied = store.position().replicatedIndex;
  return {
    ...common(store),
    mode: role.mode,
    cluster_id: role.setId,
    state,
    connection_state: primary.connectionState,
    last_remote_wal: applied,
    last_start: lastStart === undefined ? '' : rfc3339(lastStart),
    primary_cluster_addr: role.primaryClusterAddr,
    known_primary_cluster_addrs: primary.knownAddresses,
    primaries: primary.primaryStatus(),
    secondary_id: role.secondaryId,
    epoch: role.epoch,
    lag_mutations: Math.max(0, primary.primaryIndex - applied),
    lag_seconds: primary.lagSeconds(applied),
    stream: { brokerUp: lastError === undefined, lastError },
    refused,
    ...(poison && { poison }),
    ...(progress && syncProgress(progress)),
  };
}

const syncProgress = ({ done, total, bytes, rate, etaSeconds }: SyncProgress): StatusBlock => ({
  sync_progress: { done, total, bytes, rate, eta_seconds: etaSeconds },
  sync_total_keys: total,
});
