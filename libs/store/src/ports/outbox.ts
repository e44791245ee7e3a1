import type { LocalStore } from './local-view';
import type { CommitReceipt, UnitOfWork } from './unit-of-work';

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
interface AppendPlace {
  readonly index: number;
  readonly epoch: number;
  readonly merkleRoot: string;
  /** Roots of the filtered trees that are whole, by name. */
  readonly viewRoots: Readonly<Record<string, string>>;
}

/** Rows that were committed with what they tell of, in order of their index. */
export interface JournalStore {
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
  /** Whether each mutation of replicated state leaves a row. */
  readonly enabled: boolean;
  /** From the next commit on. */
  enable(): void;
  disable(): void;
}

/** The primary's side of replication: what it has to publish. */
export interface Outbox {
  readonly journal: JournalStore;
  /** Stamped on new mutations. */
  readonly epoch: number;
  /** From the next commit on. */
  useEpoch(epoch: number): void;
}
