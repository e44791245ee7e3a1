import type { SqlDatabase } from '../adapters/sql-database';
import type { MerkleLeaf, MerkleReader, ScannedRecord, ScanPlace } from '../ports/merkle';
import type { RecordRow } from './record-row';
import { leafDigest } from './leaf';
import type { MerkleTree } from './merkle-tree';

const ROWS_PER_PAGE = 1000;

/** The tree, and the records below it; where the tree is of a part of them, only those. */
export class MerkleReading implements MerkleReader {
  constructor(
    private readonly database: SqlDatabase,
    private readonly tree: MerkleTree,
    private readonly includes?: (key: string) => boolean,
  ) {}

  /** Reads the buckets as committed. */
  async load(): Promise<void> {
    const rows = await this.database.all({ sql: 'SELECT bucket, digest FROM merkle_bucket', parameters: [] });
    for (const { bucket, digest } of rows) this.tree.setBucket(bucket as number, digest as Buffer);
  }

  root(): string {
    return this.tree.root();
  }

  pages(): Buffer {
    return this.tree.pages();
  }

  page(page: number): Buffer {
    return this.tree.page(page);
  }

  async leaves(buckets: readonly number[]): Promise<MerkleLeaf[]> {
    const { sql, parameters } = this.database.dialect.oneOf('bucket', 'integer', buckets, 1);
    const rows = await this.database.all({
      sql: `SELECT key, bucket, digest FROM record WHERE ${sql} ORDER BY bucket, key`,
      parameters,
    });
    return this.own(rows as unknown as MerkleLeaf[]);
  }

  async scan(after: ScanPlace | undefined, maxBytes: number): Promise<ScannedRecord[]> {
    const found: ScannedRecord[] = [];
    let bytes = 0;
    let place = after;
    for (;;) {
      const rows = await this.select<RecordRow>('key, value, digest, bucket', place, ROWS_PER_PAGE);
      for (const { digest, ...row } of this.own(rows)) {
        // What the database damaged is nobody's first copy.
        if (!leafDigest(row.key, row.value).equals(digest)) continue;
        found.push(row);
        bytes += row.value.length + row.key.length;
        if (bytes >= maxBytes) return found;
      }
      if (rows.length < ROWS_PER_PAGE) return found;
      place = rows[rows.length - 1];
    }
  }

  /** Leaves of all records, whether they are part of this tree or not. */
  protected leavesAfter(after: ScanPlace | undefined, limit: number): Promise<MerkleLeaf[]> {
    return this.select('key, bucket, digest', after, limit);
  }

  private async select<R extends MerkleLeaf>(
    columns: string,
    after: ScanPlace | undefined,
    limit: number,
  ): Promise<R[]> {
    const { place } = this.database.dialect;
    const where = after ? `WHERE (bucket, key) > (${place(1)}, ${place(2)})` : '';
    const sql = `SELECT ${columns} FROM record ${where} ORDER BY bucket, key LIMIT ${limit}`;
    return (await this.database.all({ sql, parameters: after ? [after.bucket, after.key] : [] })) as unknown as R[];
  }

  private own<T extends { readonly key: string }>(rows: T[]): T[] {
    const { includes } = this;
    return includes === undefined ? rows : rows.filter(({ key }) => includes(key));
  }
}
