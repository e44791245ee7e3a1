import { setImmediate } from 'node:timers/promises';
import { isTidelockError } from '@tidelock/kernel';
import type { SqlDatabase } from '../adapters/sql-database';
import type { Statement } from '../adapters/dialect';
import { bucketOf, DIGEST_BYTES, leafDigest } from '../merkle/leaf';
import type { MerkleTree } from '../merkle/merkle-tree';
import type { BucketFinding, CheckDepth, StoreIntegrity } from '../ports/integrity';
import { SEAL_RECORDS } from '../ports/seal-records';
import type { MutationRecord } from '../ports/store';
import { digestsOf } from '../reading/record-digests';
import { REPLICATED_TABLES } from '../tables/replicated-tables';
import type { Unit } from '../unit-of-work/unit';
import type { ValueSealing } from '../unit-of-work/value-sealing';
import { type RecordRow, rowsOfBuckets, sumOf } from '../merkle/record-row';

export interface IntegrityParts {
  readonly database: SqlDatabase;
  readonly tree: MerkleTree;
  readonly sealing: ValueSealing;
  /** The right to write of this node. */
  readonly fence: () => Statement;
  /** Runs while nothing is being committed. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  readonly begin: () => Unit;
  /** Commits records as they are, in the place of what was there when the unit began. */
  readonly putBack: (records: readonly MutationRecord[], unit: Unit) => Promise<void>;
  /** Leaves are no longer what they were, although no record changed. */
  readonly leavesChanged: () => Promise<void>;
}

/** Buckets of one pause of the committer: some hundred records of a store with a million. */
const BUCKETS_PER_PAUSE = 16;

/** @see StoreIntegrity */
export class RecordIntegrity implements StoreIntegrity {
  constructor(private readonly parts: IntegrityParts) {}

  async check(from: number, count: number, depth: CheckDepth): Promise<BucketFinding[]> {
    const suspected = await this.look(from, count, depth);
    const findings: BucketFinding[] = [];
    for (let at = 0; at < suspected.length; at += BUCKETS_PER_PAUSE) {
      const some = suspected.slice(at, at + BUCKETS_PER_PAUSE);
      await this.parts.exclusively(async () => {
        for (const { bucket } of some) findings.push(...(await this.look(bucket, 1, depth)));
      });
      await setImmediate();
    }
    return findings;
  }

  async rebuild(buckets: readonly number[]): Promise<string[]> {
    const unopenable: string[] = [];
    for (let at = 0; at < buckets.length; at += BUCKETS_PER_PAUSE) {
      const some = buckets.slice(at, at + BUCKETS_PER_PAUSE);
      unopenable.push(...(await this.parts.exclusively(() => this.rebuildSome(some))));
      await setImmediate();
    }
    return unopenable;
  }

  async restore(records: readonly { readonly key: string; readonly value: Buffer }[]): Promise<string[]> {
    if (records.length === 0) return [];
    const unit = this.parts.begin();
    const digests = await digestsOf(
      this.parts.database,
      records.map(({ key }) => key),
    );
    const whole = records.filter(
      ({ key, value }) => digests.get(key)?.equals(leafDigest(key, value)) === true && this.isAuthentic(key, value),
    );
    if (whole.length > 0) await this.parts.putBack(whole, unit);
    return whole.map(({ key }) => key);
  }

  isAuthentic(key: string, sealed: Buffer): boolean {
    return this.opens(key, sealed) === true;
  }

  /** @returns `undefined` where that cannot be told: the key has yet to come. */
  private opens(key: string, sealed: Buffer): boolean | undefined {
    if (SEAL_RECORDS.has(key)) return true;
    try {
      this.parts.sealing.openRecord(key, sealed).fill(0);
      return true;
    } catch (error) {
      if (isTidelockError(error, 'UNKNOWN_TERM')) return undefined;
      if (isTidelockError(error, 'CORRUPT_RECORD')) return false;
      throw error;
    }
  }

  private async look(from: number, count: number, depth: CheckDepth): Promise<BucketFinding[]> {
    const rows = await rowsOfBuckets(this.parts.database, from, count);
    const findings: BucketFinding[] = [];
    let at = 0;
    for (let bucket = from; bucket < from + count; bucket += 1) {
      const begin = at;
      while (rows[at]?.bucket === bucket) at += 1;
      const own = rows.slice(begin, at);
      const digestWrong = !this.parts.tree.hasDigest(bucket, sumOf(own.map(({ digest }) => digest)));
      const damaged = own.filter((row) => this.isDamaged(row, depth)).map(({ key }) => key);
      if (digestWrong || damaged.length > 0) findings.push({ bucket, digestWrong, damaged });
    }
    return findings;
  }

  private isDamaged({ key, value, digest, bucket }: RecordRow, { authenticate }: CheckDepth): boolean {
    if (bucketOf(key) !== bucket || !leafDigest(key, value).equals(digest)) return true;
    return authenticate && this.opens(key, value) === false;
  }

  private async rebuildSome(buckets: readonly number[]): Promise<string[]> {
    const { database, tree } = this.parts;
    const wanted = new Set(buckets);
    const unopenable: string[] = [];
    const changed: RecordRow[] = [];
    const digests = new Map<number, Buffer[]>();
    // A row that stands in a wrong bucket goes home, and the bucket there is summed anew, too.
    for (const bucket of wanted) {
      for (const row of await rowsOfBuckets(database, bucket, 1)) {
        const { bucket: home, digest } = this.trueRow(row, unopenable);
        if (home !== bucket || !digest.equals(row.digest)) changed.push({ ...row, bucket: home, digest });
        if (home !== bucket) wanted.add(home);
        digests.set(home, [...(digests.get(home) ?? []), digest]);
      }
    }
    const sums = [...wanted].map((bucket) => ({ bucket, digest: sumOf(digests.get(bucket) ?? []) }));
    await database.commit(this.parts.fence(), [
      ...database.dialect.upsert(REPLICATED_TABLES.record, changed),
      ...database.dialect.upsert(REPLICATED_TABLES.merkleBucket, sums),
    ]);
    for (const { bucket, digest } of sums) tree.setBucket(bucket, digest);
    if (changed.length > 0) await this.parts.leavesChanged();
    return unopenable;
  }

  private trueRow({ key, value, digest }: RecordRow, unopenable: string[]): { bucket: number; digest: Buffer } {
    const bucket = bucketOf(key);
    const opens = this.opens(key, value);
    if (opens) return { bucket, digest: leafDigest(key, value) };
    if (opens === false) unopenable.push(key);
    return { bucket, digest: digest.length === DIGEST_BYTES ? digest : Buffer.alloc(DIGEST_BYTES) };
  }
}
