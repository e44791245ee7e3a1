/**
 * Storage as one mount sees it, inside the request's unit of work: relative keys, no way out, no commit. Everything
 * put or deleted is applied whole with the request, or not at all; reads see the request's own writes.
 *
 * Values are plaintext here and pass the barrier below. A handler may run more than once (another request was faster,
 * or the primary has to run it), so it does what it does elsewhere through `Outside`.
 *
 * @example
 * const role = await readJson<Role>(storage, `role/${name}`);
 * if (role === undefined) throw notFound();
 * await writeJson(storage, `role/${name}`, { ...role, ttl: 60 });
 * for await (const key of storage.page('cert/', { after: last, limit: 500 })) await storage.delete(key);
 */
export interface StorageView {
  get(key: string): Promise<Buffer | undefined>;

  /** @throws {TidelockError} READ_ONLY_REPLICA on a secondary, when the key is replicated. */
  put(key: string, value: Buffer): Promise<void>;

  /** Deleting what is not there is no error. @throws {TidelockError} READ_ONLY_REPLICA as `put`. */
  delete(key: string): Promise<void>;

  /** Names directly below `prefix` (which is empty or ends in `/`), sorted; folders end in `/`. For what fits into one answer. */
  list(prefix: string): Promise<string[]>;

  /**
   * Every key below `prefix`, whole and sorted, however deep, read as they are asked for: a million keys take no more memory than a few.
   *
   * They are read by 512 at a time, or by `limit`. What the request has put or deleted shows; what it does on the way, from the next read on.
   * If it writes, it runs again where others have changed one of the keys that were read, or put one between them, and only then.
   */
  page(prefix: string, range?: KeyRange): AsyncIterable<string>;
}

/** Part of the keys below a prefix. */
export interface KeyRange {
  /** Begin with the first key that sorts behind this one, which need not be there. */
  readonly after?: string;
  /** At most so many. */
  readonly limit?: number;
}

/** Storage that is only read. */
export type StorageReader = Pick<StorageView, 'get' | 'list' | 'page'>;
