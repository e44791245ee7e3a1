import type { LocalStore } from './local-view';
import type { ReplicatedReader, ReplicatedWriter } from './replicated-view';

/**
 * One request's reads and writes. Writes stay in memory until `commit`, which applies them whole or not at all, together
 * with the journal row, the merkle pages and the position, in one database transaction (P2). Reads see own writes.
 *
 * Concurrency is optimistic (Kung and Robinson, "On optimistic methods for concurrency control", 1981): a commit that
 * writes anything fails with WRITE_CONFLICT when a key that this unit read was changed by a commit after its begin, or one
 * among those that it looked through: below a prefix, or from one end of a page of keys to the other. The pipeline then runs the
 * request again.
 */
export interface UnitOfWork {
  readonly replicated: ReplicatedReader & ReplicatedWriter;
  readonly local: LocalStore;
  /** Nothing was put or deleted. */
  readonly isEmpty: boolean;
  /** Whether it puts or deletes what a `WriteConflict` names: a record, a row, or something below a prefix. */
  changes(thing: string): boolean;
  /** Path and request id, kept with the journal row so that an operator can recognise an unreplicated mutation. */
  cause: MutationCause;
  /** Called when it is this unit's turn to commit, before anything is written: what it throws, refuses the unit. */
  lastCheck?: () => void;
  /** What whoever began it keeps with it. The store does not look at it. */
  owner?: unknown;
  /**
   * @throws {TidelockError} WRITE_CONFLICT, REQUEST_TOO_LARGE, or INTERNAL when the database refuses; STORAGE_UNAVAILABLE and FENCED when
   * nothing was written, COMMIT_UNKNOWN when nobody knows.
   */
  commit(): Promise<CommitReceipt>;
}

/** What a unit may not do. */
export interface UnitLimits {
  /** For one that another cluster asks for: putting or deleting a local row throws PERMISSION_DENIED. */
  readonly replicatedOnly?: boolean;
  /** The local records below this prefix it may delete all the same. */
  readonly mayDelete?: string;
}

export interface MutationCause {
  readonly requestId: string;
  readonly path: string;
}

/** Where the stores stand after a commit. Both counters only grow. */
export interface CommitReceipt {
  /** Counts commits that changed anything, local ones included (`last_wal`). */
  readonly localIndex: number;
  /** Counts mutations of replicated state (`last_performance_wal`): Vault's WAL index. */
  readonly replicatedIndex: number;
}

/** What a commit changed, told to subscribers after it is durable and before its writers are answered. */
export interface CommittedChange {
  readonly origin: 'request' | 'stream' | 'sync';
  readonly replicatedKeys: readonly string[];
  readonly localRows: readonly { readonly table: string; readonly id: string }[];
  /** New value of the record `keyring`, as stored, where this commit changed it: the barrier takes it into use at once. */
  readonly keyring?: Buffer;
}

/** Who remembers something of the store. Both members are called synchronously, and whoever asks afterwards is to see what is true. */
export interface StoreSubscriber {
  /** After each commit, in commit order. */
  committed(change: CommittedChange): void;
  /** The store was read anew, or replaced: anything may have changed, and nobody says what. */
  reloaded(): void;
}
