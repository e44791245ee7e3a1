/** `data.performance` of `sys/replication/status` (replication API page, "Check performance status"). Times are RFC 3339. */
export type PerformanceAnswer = PerformanceStatus | NotRunningStatus;

export type PerformanceStatus = PrimaryStatus | SecondaryStatus | NoReplicationStatus;

/** The role is being taken up, or could not be: it is tried again. */
interface NotRunningStatus {
  readonly mode: 'primary' | 'secondary' | 'bootstrapping';
  readonly cluster_id?: undefined;
}

type NoReplicationStatus = { readonly mode: 'disabled' } | { readonly mode: 'unsupported' };

/** Of both roles: what a cluster knows of its own data. Times are Unix seconds as text. */
export interface HealingStatus {
  /** `0` = never. */
  readonly last_reindex_epoch: string;
  /** Vault's zero time, `-62135596800` = never. */
  readonly last_corruption_check_epoch: string;
  readonly corrupted_merkle_tree: boolean;
  readonly reindex_in_progress: boolean;
  readonly reindex_stage?: string;
  readonly reindex_building_progress?: number;
  readonly reindex_building_total?: number;
  /** Mutations that an operator stepped over. */
  readonly skipped?: readonly { readonly index: number; readonly reason: string; readonly at: string }[];
}

interface CommonStatus extends HealingStatus {
  readonly cluster_id: string;
  readonly epoch: number;
  readonly merkle_root: string;
  readonly ssct_generation_counter: number;
  readonly primary_cluster_addr: string;
  /** Mutations that a former primary kept aside. */
  readonly quarantined?: number;
  /** Who belongs to the set; absent while the database does not answer. */
  readonly members?: readonly { readonly id: string; readonly state: string; readonly since_epoch: number }[];
}

export interface PrimaryStatus extends CommonStatus {
  readonly mode: 'primary';
  readonly state: string;
  readonly known_secondaries: readonly string[];
  readonly known_secondary_states: Readonly<Record<string, 'pending' | 'active' | 'revoked'>>;
  /** Of those that are `pending`: until when the activation token is good. It may be over. */
  readonly known_secondary_token_expires: Readonly<Record<string, string>>;
  readonly known_secondary_forwarding: Readonly<Record<string, string>>;
  readonly reapply_allowed?: readonly { readonly id: string; readonly until: string }[];
  readonly secondaries: readonly KnownSecondary[];
  readonly last_wal: number;
  readonly last_performance_wal: number;
  readonly stream?: PublishedStreamStatus | undefined;
  readonly journal: JournalStatus;
  /** Rights of each secondary at Kafka. */
  readonly kafka_acls: Readonly<Record<string, KafkaAccessStatus>>;
}

export interface JournalStatus {
  readonly bytes: number;
  readonly pending_bytes: number;
  readonly budget_bytes: number;
  readonly warning?: string;
}

interface KafkaAccessStatus {
  readonly state: string;
  readonly principal?: string;
  readonly commands: readonly string[];
}

interface PublishedStreamStatus {
  readonly publishedIndex: number;
  readonly pendingRows: number;
  /** Milliseconds since 1970. */
  readonly oldestPendingTime: number | null;
  readonly brokerUp: boolean;
  readonly lastError?: string | undefined;
  readonly refused: RefusedMessages;
}

export interface RefusedMessages {
  readonly total: number;
  readonly reasons: Readonly<Record<string, number>>;
  readonly last?: { readonly reason: string; readonly offset: string; readonly at: string } | undefined;
}

/** From the commit of mutations on the primary to their being applied on the secondary, over the last minute, ms. Quantiles are a 16th too long at most. */
export interface ApplyDelay {
  /** Of the newest one. */
  readonly last: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** As the secondary measures it, the clocks' difference removed. */
interface MeasuredLag {
  /** How old its state is against the primary's, ms; absent before it has heard the primary, and from a secondary of an earlier build. */
  readonly lag_ms?: number;
  /** Absent where nothing was applied within the last minute. */
  readonly apply_delay_ms?: ApplyDelay;
}

/** How one end of the cluster port hears the other. */
export interface Peer {
  readonly api_address: string;
  readonly cluster_address: string;
  readonly connection_status: 'connected' | 'disconnected';
  readonly last_heartbeat: string;
  readonly last_heartbeat_duration_ms: string;
  readonly clock_skew_ms: string;
  readonly replication_primary_canary_age_ms: string;
}

/** A secondary that the primary has heard. */
export interface KnownSecondary extends Peer, MeasuredLag {
  readonly node_id: string;
  /** Messages that its stream had at its last heartbeat, and it had not applied; of one that is not heard, those that the stream has now. */
  readonly lag_mutations: number;
  /** Since a heartbeat told that it had all that its stream had; 0 = the last one did. */
  readonly lag_seconds: number;
  /** `full`, or the id of a filtered one. */
  readonly stream: string;
  readonly merkle_root: string;
  readonly forwarding: string;
  /** Replicated mounts that its filter keeps back; absent without one, and while its stream is not there yet. */
  readonly hidden_mounts?: number;
}

export interface SecondaryStatus extends CommonStatus, MeasuredLag {
  readonly mode: 'secondary' | 'bootstrapping';
  readonly state: string;
  readonly connection_state: string;
  readonly last_remote_wal: number;
  /** `""`: not since this process started. */
  readonly last_start: string;
  /** What the primary does for it; `""`: not told yet. */
  readonly forwarding?: string;
  readonly known_primary_cluster_addrs: readonly string[];
  readonly primaries: readonly Peer[];
  readonly secondary_id: string;
  readonly stream_followed: string;
  readonly lag_mutations?: number;
  readonly lag_seconds?: number;
  readonly stream?: { readonly brokerUp: boolean; readonly lastError?: string | undefined };
  readonly refused?: RefusedMessages;
  readonly poison?: { readonly index: number; readonly reason: string };
  readonly last_error?: string;
  readonly known_difference?: { readonly reason: string; readonly records: number };
  readonly fenced?: FencedStatus;
  readonly sync_progress?: SyncProgressStatus;
  readonly sync_total_keys?: number;
}

export interface FencedStatus {
  readonly epoch: number;
  readonly by_epoch: number;
  readonly at: string;
  readonly quarantined: number;
}

interface SyncProgressStatus {
  readonly done: number;
  readonly total: number;
  readonly bytes: number;
  /** Records per second. */
  readonly rate: number;
  readonly eta_seconds: number;
}

/** `data` of `sys/replication/performance/history`: the last fifteen minutes, as far as this process remembers them. */
export interface PerformanceHistory {
  /** From one point to the next, about. Where there is more between two, nothing was told meanwhile. */
  readonly interval_ms: number;
  /** By id of the secondary, oldest first: on a primary each that was heard, on a secondary itself. */
  readonly series: Readonly<Record<string, readonly LagPoint[]>>;
}

/** How far a secondary was behind. `null`: not known, or nothing to tell. */
export interface LagPoint {
  /** RFC 3339, by the clock of the cluster that is asked. */
  readonly time: string;
  readonly lag_ms: number | null;
  /** Of mutations applied since the point before, whole seconds, ms: as `apply_delay_ms`. */
  readonly p50: number | null;
  readonly max: number | null;
  readonly lag_mutations: number | null;
}
