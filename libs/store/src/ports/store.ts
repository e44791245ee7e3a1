import type { LocalReader } from './local-view';
import type { ReplicatedReader } from './replicated-view';
import type { CommitReceipt, StoreSubscriber, UnitLimits, UnitOfWork } from './unit-of-work';

/** One changed record of a mutation. `value` is barrier ciphertext as it travels; `null` deletes the key. */
export interface MutationRecord {
  readonly key: string;
  readonly value: Buffer | null;
}

/** How `Store.transact` goes about it. */
export interface TransactOptions {
  /** How often the work is done at most; absent = until no other commit overtakes it. */
  readonly attempts?: number;
  /** `false`: the work commits the unit itself, together with a place in the stream or a row of the journal. */
  readonly commit?: boolean;
  readonly limits?: UnitLimits;
}

/** What everybody works with who reads or writes records and rows. */
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
  /** Last committed counters. */
  position(): CommitReceipt;
  /** Resolves when `replicatedIndex >= index`, or with `false` after `timeoutMilliseconds`. */
  waitForIndex(index: number, timeoutMilliseconds: number): Promise<boolean>;
  /** What of this store is remembered elsewhere is kept true by this. @returns the way to stop. */
  onCommit(subscriber: StoreSubscriber): () => void;
}
