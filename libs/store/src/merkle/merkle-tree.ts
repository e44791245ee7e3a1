import { hash } from 'node:crypto';
import { addDigest, subtractDigest } from './digest-sum';
import { BUCKETS, DIGEST_BYTES, PAGES } from './leaf';

const PAGE_BYTES = (BUCKETS / PAGES) * DIGEST_BYTES;
const ROOT_BYTES = 20;

/** One leaf's change: what was there, and what is there now. */
export interface LeafChange {
  readonly bucket: number;
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
}

/**
 * Hash tree over replicated records, updatable in constant time. A bucket's digest is the sum modulo 2^256 of its leaves'
 * digests (AdHash: Bellare and Micciancio, "A new paradigm for collision-free hashing", 1997), so it does not depend on the
 * order of writes; pages and root are SHA-256 over what is below them, computed when asked for.
 */
export class MerkleTree {
  /** All bucket digests, 2 MiB. */
  private readonly buckets = Buffer.alloc(BUCKETS * DIGEST_BYTES);
  private readonly pageDigests = Buffer.alloc(PAGES * DIGEST_BYTES);
  private readonly stalePages = new Set<number>(Array.from({ length: PAGES }, (_, page) => page));

  change({ bucket, before, after }: LeafChange): void {
    const offset = bucket * DIGEST_BYTES;
    if (before) subtractDigest(this.buckets, offset, before);
    if (after) addDigest(this.buckets, offset, after);
    this.stalePages.add(bucket >> 8);
  }

  /** Takes changes back, after their transaction failed. */
  undo(changes: readonly LeafChange[]): void {
    for (const { bucket, before, after } of changes) this.change({ bucket, before: after, after: before });
  }

  bucketDigest(bucket: number): Buffer {
    return Buffer.from(this.buckets.subarray(bucket * DIGEST_BYTES, (bucket + 1) * DIGEST_BYTES));
  }

  hasDigest(bucket: number, digest: Buffer): boolean {
    return this.buckets.compare(digest, 0, DIGEST_BYTES, bucket * DIGEST_BYTES, (bucket + 1) * DIGEST_BYTES) === 0;
  }

  setBucket(bucket: number, digest: Buffer): void {
    digest.copy(this.buckets, bucket * DIGEST_BYTES);
    this.stalePages.add(bucket >> 8);
  }

  clear(): void {
    this.buckets.fill(0);
    for (let page = 0; page < PAGES; page += 1) this.stalePages.add(page);
  }

  /** Digests of the buckets of a page, concatenated. */
  page(page: number): Buffer {
    return Buffer.from(this.buckets.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES));
  }

  /** Digests of all pages, concatenated. */
  pages(): Buffer {
    for (const page of this.stalePages) {
      const bytes = this.buckets.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
      hash('sha256', bytes, 'buffer').copy(this.pageDigests, page * DIGEST_BYTES);
    }
    this.stalePages.clear();
    return Buffer.from(this.pageDigests);
  }

  /** 40 hex digits. */
  root(): string {
    return hash('sha256', this.pages(), 'buffer').subarray(0, ROOT_BYTES).toString('hex');
  }
}
