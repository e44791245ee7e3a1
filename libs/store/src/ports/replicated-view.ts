/** Reading replicated records. Keys are `collection/…`; values are plaintext (they pass the barrier here). */
export interface ReplicatedReader {
  /** @throws {TidelockError} SEALED without a keyring, CORRUPT_RECORD when the value fails authentication. */
  get(key: string): Promise<Buffer | undefined>;
  /** The value as stored, for records that are sealed by other means (`keyring`, `seal-config`); needs no keyring. */
  getSealed(key: string): Promise<Buffer | undefined>;
  /** Names directly below `prefix` (empty or ending in `/`), sorted bytewise; folders end in `/`. */
  children(prefix: string): Promise<string[]>;
  /** Whole keys below `prefix`, sorted bytewise, strictly after `after`, at most `limit`. */
  keys(prefix: string, page?: { readonly after?: string; readonly limit?: number }): Promise<string[]>;
}

/** Changing replicated records: only on the primary, and on a cluster without replication. */
export interface ReplicatedWriter {
  /** For a change that finds nothing to change here: a secondary may be late, so its primary is to decide. @throws as `put` does. */
  requireWritable(): void;
  /** @throws {TidelockError} READ_ONLY_REPLICA on a secondary; INVALID_REQUEST on a fenced primary. */
  put(key: string, value: Buffer): void;
  putSealed(key: string, sealed: Buffer): void;
  /** A value that another cluster of the set has sealed: opened, and sealed anew. @throws {TidelockError} CORRUPT_RECORD. */
  putCopy(key: string, sealed: Buffer): void;
  delete(key: string): void;
}
