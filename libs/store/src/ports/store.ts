import type { Metric } from '@tidelock/kernel';
import type { StoreIntegrity } from './integrity';
import type { LocalReader, LocalStore } from './local-view';
import type { FilteredMerkle, RecordFilter } from './record-filter';
import type { ReplicatedReader } from './replicated-view';
import type { StoreTenure } from './tenure';
import type { CommitReceipt, StoreSubscriber, UnitLimits, UnitOfWork } from './unit-of-work';

/** One changed record of a mutation. `value` is barrier ciphertext as it travels; `null` deletes the key. */
export interface MutationRecord {
  readonly key: string;
  readonly value: Buffer | null;
}

/** A place in a stream, with the chain digest (32 bytes) of the message there. */
export interface StreamPosition {
  readonly epoch: number;
  readonly index: number;
  readonly digest: Buffer;
  /** The broker's offset to read on from: a hint, never the truth. `""` = unknown. */
  readonly brokerOffset: string;
}

/** A row of the outbox. `body` is the encoded mutation: what is chained, sealed and sent. */
export interface JournalRow {
  readonly index: number;
  readonly epoch: number;
  /** `mutation`, `checkpoint`, `epoch-started`, `key-rotated`. */
  readonly kind: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly body: Buffer;
  readonly cause: string;
}

/** Where an appended row stands, and the state there. */
export interface AppendPlace {
  readonly index: number;
  readonly epoch: number;
  readonly merkleRoot: string;
  /** Roots of the filtered trees that are whole, by name. */
  readonly viewRoots: Readonly<Record<string, string>>;
}

/** What belongs to a move of the place in the stream. */
export interface MoveChange {
  readonly records?: readonly MutationRecord[];
  /** Its local rows, in place of its own commit. */
  readonly unit?: UnitOfWork;
  /** The journal's rows behind the place go: their indexes are to be given again. */
  readonly dropsJournal?: boolean;
}

/** Digest of one bucket or page: 32 bytes. */
export interface MerkleReader {
  /** SHA-256 over the pages' digests, first 20 bytes, 40 hex digits: equal on clusters with equal replicated state. */
  root(): string;
  /** Digests of the 256 pages, 32 bytes each, concatenated. */
  pages(): Buffer;
  /** Digests of the 256 buckets of a page, 32 bytes each, concatenated. */
  page(page: number): Buffer;
  /** Keys of buckets with their leaf digests, in order of (bucket, key). `bucket` = page * 256 + subpage. */
  leaves(buckets: readonly number[]): Promise<{ key: string; bucket: number; digest: Buffer }[]>;
  /**
   * Whole records of all buckets from (bucket, key) exclusive on, about `maxBytes` of them: for a first copy. Values that do not fit
   * their digest are left out.
   */
  scan(
    after: { bucket: number; key: string } | undefined,
    maxBytes: number,
  ): Promise<(MutationRecord & { bucket: number })[]>;
}

/** How `Store.transact` goes about it. */
export interface TransactOptions {
  /** How often the work is done at most; absent = until no other commit overtakes it. */
  readonly attempts?: number;
  /** `false`: the work commits the unit itself, together with a place in the stream or a row of the journal. */
  readonly commit?: boolean;
}

/** The store of one cluster: what the composition opens, and everything above works with. */
export interface Store {
  begin(limits?: UnitLimits): UnitOfWork;
  /**
   * Does the work in a unit of work and commits it; again from the start, in a new unit, when another commit has overtaken it.
   * @param work has no effect but on its unit: it may be done more than once.
   * @returns what the work has returned, once that is durable.
   * @throws {TidelockError} WRITE_CONFLICT behind the last attempt; anything else that the work or the commit throws, at once.
   */
  transact<T>(work: (unit: UnitOfWork) => Promise<T>, options?: TransactOptions): Promise<T>;
  /** Reads outside any unit of work. */
  readonly replicated: ReplicatedReader;
  readonly local: LocalReader;
  /** Opens a replicated record's value as stored: from `getSealed`, or from a mutation. @throws {TidelockError} SEALED, CORRUPT_RECORD. */
  openRecord(key: string, sealed: Buffer): Buffer;
  readonly merkle: MerkleReader;
  /** Keeps a merkle tree of its own over the records of a filter, until it is closed. */
  openView(name: string, filter: RecordFilter): Promise<FilteredMerkle>;
  readonly integrity: StoreIntegrity;
  readonly journal: {
    /** Rows after `index`, in order, at most `limit` and about `maxBytes`; the newest ones from memory, whether the database answers or not. */
    read(index: number, limit: number, maxBytes: number): Promise<JournalRow[]>;
    /** Bytes of the bodies behind `index`, from memory; within 256 KiB where `index` is between rows of unlike length. */
    bytesAfter(index: number): number;
    /** The index behind which at most so many bytes of bodies lie; 0: all of them. */
    lastBefore(bytes: number): number;
    /** Drops published rows up to and including `index`. */
    trim(index: number): Promise<void>;
    /**
     * Adds a row that carries no records but takes the next index; `body` is made inside the committing transaction.
     * @param also local rows that commit with it; told its index.
     * @param began the unit that these rows go on with, in place of its own commit; its replicated records are a mutation right before the row.
     * @throws {TidelockError} WRITE_CONFLICT when something that this unit has read was changed meanwhile; there is no row then.
     */
    append(
      kind: string,
      body: (at: AppendPlace) => Buffer,
      also?: (local: LocalStore, index: number) => void,
      began?: UnitOfWork,
    ): Promise<CommitReceipt>;
    /** While on, each mutation of replicated state leaves a row. */
    enabled: boolean;
  };
  /** Last committed counters. */
  position(): CommitReceipt;
  /** Place in the stream that this secondary follows; undefined on clusters that follow none. */
  streamPosition(): Promise<StreamPosition | undefined>;
  /** Epoch stamped on new mutations. */
  epoch: number;
  /**
   * Applies mutations of the stream: effects, merkle pages, position in one transaction (P3). Same committer as a
   * request's commit (P1). `localIndex` grows, `replicatedIndex` becomes the position's index.
   * @param began a unit whose local rows commit with them, in place of its own commit.
   * @throws {TidelockError} WRITE_CONFLICT when something that this unit has read was changed meanwhile; nothing is applied then.
   */
  applyStream(
    records: readonly (readonly MutationRecord[])[],
    position: StreamPosition,
    began?: UnitOfWork,
  ): Promise<void>;
  /** Applies records fetched from the primary while out of step, with the local rows that note the progress. */
  applySync(records: readonly MutationRecord[], also?: (unit: UnitOfWork) => void): Promise<void>;
  /**
   * Declares where the stream goes on from after a sync; `undefined`: nowhere, only a sync can tell. Comes after all earlier commits.
   * @param change what commits with it.
   * @throws {TidelockError} WRITE_CONFLICT when something that its unit has read was changed meanwhile; nothing is changed then.
   */
  moveTo(position: StreamPosition | undefined, change?: MoveChange): Promise<void>;
  /** Throws what a replicated write deserves in the current role; called on each `put` and `delete`, and again at the commit. */
  guardReplicatedWrites(guard: () => void): void;
  /**
   * Who is asked when a replicated value does not open. It mends the record, and the reader tries again, or it throws what the reader
   * is to be told.
   */
  healReadsWith(healer: (key: string) => Promise<void>): void;
  /** What of this store is remembered elsewhere is kept true by this. @returns the way to stop. */
  onCommit(subscriber: StoreSubscriber): () => void;
  readonly tenure: StoreTenure;
  /** Resolves when `replicatedIndex >= index`, or with `false` after `timeoutMilliseconds`. */
  waitForIndex(index: number, timeoutMilliseconds: number): Promise<boolean>;
  /**
   * Puts the whole store aside and goes on with a new one that holds these records and local rows (a secondary's wipe). One step: whoever
   * opens the store after a crash at any moment finds the old one or the new one, whole.
   * @param discard delete the old one instead.
   * @returns where the old one lies, `undefined` when it is gone.
   * @throws what the database throws; the old store is there, unless the answer was lost.
   */
  startOver(
    discard: boolean,
    records?: readonly MutationRecord[],
    also?: (unit: UnitOfWork) => void,
  ): Promise<string | undefined>;
  /** Of commits and the journal, as they are now. */
  metrics(): Metric[];
  /** `sqlite`, `postgresql`, `inmem`, as `seal-status` names it. */
  readonly storageType: string;
  close(): Promise<void>;
}
