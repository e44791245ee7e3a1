/** What is read: replicated records, local records and rows, or the journal. */
export type ReadOf = 'replicated' | 'local' | 'journal';

/** What one transaction of the database commits. */
export interface TransactionFacts {
  /** Units of work: requests, batches of the stream, pages of a copy. */
  readonly units: number;
  /** How long the first of them has waited, ms. */
  readonly waitedMs: number;
}

/**
 * Who looks on at a store: metrics, traces. What is not asked for costs nothing. The store tells of what it asks its database. Whoever
 * wrapped `Store` could not tell a read that memory answers from another, and would make both slower.
 *
 * What comes of a `run` is to be returned, or thrown, as it is.
 */
export interface StoreObserver {
  /** Around a read that the database answers. What memory answers is told to nobody. */
  read?<T>(of: ReadOf, run: () => Promise<T>): Promise<T>;
  /** Around each transaction of the committer. */
  transaction?(facts: TransactionFacts, run: () => Promise<void>): Promise<void>;
  /** Another commit has overtaken a unit: it is refused, and whoever began it begins again. It never throws. */
  overtaken?(): void;
  /** Around a removal of published rows of the journal. @param run gives how many there were. */
  trim?(run: () => Promise<number>): Promise<number>;
}
