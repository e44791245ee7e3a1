import { LRUCache } from 'lru-cache';
import type { SqlReads } from '../adapters/observed-reads';
import { childrenOf, compareBytes, endOf } from './key-range';

/** Key and value of a family's record table, values as stored. Ciphertext is cached; commits keep the cache true. */
export class RecordReader {
  private readonly cache: LRUCache<string, Buffer>;
  /** Raised by every change: a value read before it is not cached after it. */
  private changes = 0;
  private readonly byKey: string;

  constructor(
    private readonly database: SqlReads,
    private readonly table: string,
    cacheBytes: number,
  ) {
    this.cache = new LRUCache({
      maxSize: Math.max(1, cacheBytes),
      sizeCalculation: (value, key) => value.length + key.length * 2 + 100,
    });
    this.byKey = `SELECT value FROM ${table} WHERE key = ${database.dialect.place(1)}`;
  }

  async get(key: string): Promise<Buffer | undefined> {
    const cached = this.cache.get(key);
    if (cached !== undefined) return cached;
    const { changes } = this;
    const [row] = await this.database.all({ sql: this.byKey, parameters: [key] });
    if (row === undefined) return undefined;
    const value = row['value'] as Buffer;
    if (changes === this.changes) this.cache.set(key, value);
    return value;
  }

  /** After a commit. */
  changed(key: string, value: Buffer | null): void {
    this.changes += 1;
    if (value === null) this.cache.delete(key);
    else if (this.cache.has(key)) this.cache.set(key, value);
  }

  clear(): void {
    this.changes += 1;
    this.cache.clear();
  }

  children(prefix: string): Promise<string[]> {
    return childrenOf(prefix, (after, limit) => this.keysAfter(prefix, after, limit));
  }

  keys(
    prefix: string,
    { after = '', limit = Number.MAX_SAFE_INTEGER }: { after?: string; limit?: number } = {},
  ): Promise<string[]> {
    return this.keysAfter(prefix, compareBytes(after, prefix) > 0 ? after : prefix, limit);
  }

  private async keysAfter(prefix: string, after: string, limit: number): Promise<string[]> {
    const { place } = this.database.dialect;
    const sql = `SELECT key FROM ${this.table} WHERE key > ${place(1)} AND key <= ${place(2)} ORDER BY key LIMIT ${place(3)}`;
    const rows = await this.database.all({ sql, parameters: [after, endOf(prefix), limit] });
    return rows.map((row) => row['key'] as string);
  }
}
