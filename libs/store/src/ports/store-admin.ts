import type { StoreIntegrity } from './integrity';
import type { MutationRecord } from './store';
import type { StoreTenure } from './tenure';
import type { UnitOfWork } from './unit-of-work';

/** What is done with a store as a whole. */
export interface StoreAdmin {
  readonly tenure: StoreTenure;
  readonly integrity: StoreIntegrity;
  /** Throws what a replicated write deserves in the current role; called on each `put` and `delete`, and again at the commit. */
  guardReplicatedWrites(guard: () => void): void;
  /**
   * Who is asked when a replicated value does not open. It repairs the record, and the reader tries again, or it throws what the reader
   * is to be told.
   */
  healReadsWith(healer: (key: string) => Promise<void>): void;
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
  /** Brings what an earlier build has written into the form of this one. After an unseal, before rows are read. @throws {TidelockError} SEALED, or what a commit throws. */
  upgrade(): Promise<void>;
  /** Units of work that wait for a transaction. */
  readonly waiting: number;
  /** `sqlite`, `postgresql`, `inmem`, as `seal-status` names it. */
  readonly storageType: string;
  close(): Promise<void>;
}
