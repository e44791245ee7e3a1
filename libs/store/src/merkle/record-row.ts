import type { SqlDatabase } from '../adapters/sql-database';
import type { MerkleLeaf } from '../ports/merkle';
import { addDigest } from './digest-sum';
import { DIGEST_BYTES } from './leaf';

/** A record as the database has it. */
export interface RecordRow extends MerkleLeaf {
  readonly value: Buffer;
}

/** Rows of buckets from `from` on, `count` of them. */
export async function rowsOfBuckets(database: SqlDatabase, from: number, count: number): Promise<RecordRow[]> {
  const { place } = database.dialect;
  const sql = `SELECT key, value, digest, bucket FROM record WHERE bucket >= ${place(1)} AND bucket < ${place(2)} ORDER BY bucket, key`;
  return (await database.all({ sql, parameters: [from, from + count] })) as unknown as RecordRow[];
}

const NOTHING = Buffer.alloc(DIGEST_BYTES);

/** Sum of digests, as a bucket's digest. Bytes that are no digest count as nothing. */
export function sumOf(digests: readonly Buffer[]): Buffer {
  // Of most buckets, in most stores.
  if (digests.length === 0) return NOTHING;
  const sum = Buffer.alloc(DIGEST_BYTES);
  for (const digest of digests) if (digest.length === DIGEST_BYTES) addDigest(sum, 0, digest);
  return sum;
}
