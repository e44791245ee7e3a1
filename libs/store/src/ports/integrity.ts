/** What a look at one bucket's records found wrong. */
export interface BucketFinding {
  /** Page * 256 + subpage. */
  readonly bucket: number;
  /** The bucket's digest is not the sum of its records' digests: the bucket, or a row of it, was changed from outside. */
  readonly digestWrong: boolean;
  /** Keys whose value is not what was committed: it does not fit its digest, or does not open under the barrier. */
  readonly damaged: readonly string[];
}

/** How closely records are looked at. */
export interface CheckDepth {
  /** Open every value under the barrier, too; otherwise only those that do not fit their digest. */
  readonly authenticate: boolean;
}

/** Whether replicated state in the database is what was committed, and how its digests are made true again. */
export interface StoreIntegrity {
  /**
   * Compares buckets from `from` on, `count` of them, with their records as they are now. Whatever looks wrong is looked at again
   * while nothing is being committed, so writes under way are never taken for damage.
   */
  check(from: number, count: number, depth: CheckDepth): Promise<BucketFinding[]>;
  /**
   * Makes the digests of buckets true to their records: each authentic value gets its digest, each bucket its sum. A value that does
   * not open keeps the digest it had, so that nobody who compares takes the damage for news.
   *
   * @returns keys of the values that do not open.
   */
  rebuild(buckets: readonly number[]): Promise<string[]>;
  /**
   * Puts values back that were damaged. A value counts when it opens and fits the digest that its row has kept, which is to say: when it is
   * what was committed last.
   *
   * @returns keys of those that count.
   * @throws {TidelockError} WRITE_CONFLICT when one of them was written meanwhile; then none is put back.
   */
  restore(records: readonly { readonly key: string; readonly value: Buffer }[]): Promise<string[]>;
  /** Whether a value as stored is one that this set's barrier made for the key. @throws {TidelockError} SEALED. */
  isAuthentic(key: string, sealed: Buffer): boolean;
}
