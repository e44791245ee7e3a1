import type { EpochStart } from '../domain/epoch-start';
import type { MerkleLeaf, MutationRecord, ScannedRecord, ScanPlace, StreamPosition } from '@tidelock/store';

export interface MerkleRoot {
  /** 40 hex digits. */
  readonly root: string;
  /** Last message the peer has published; a copy begun now goes on from there. */
  readonly position: StreamPosition;
  /** Last index the peer has committed, published or not. */
  readonly index: number;
  /** Where each epoch of the set began; absent from a primary of an earlier version. */
  readonly epochs?: readonly EpochStart[];
}

export interface FetchedRecord extends MutationRecord {
  /** The peer has the key, but its value there is damaged: `value` is `null` and means nothing. */
  readonly damaged?: boolean;
}

/** The primary as a source of replicated state. Shapes are plain objects and Buffers: they travel as msgpack. */
export interface MerklePeer {
  root(): Promise<MerkleRoot>;
  /** Digests of the 256 pages, 32 bytes each, concatenated. */
  pages(): Promise<Buffer>;
  /** Digests of the 256 buckets of a page, 32 bytes each, concatenated. */
  page(page: number): Promise<Buffer>;
  leaves(buckets: readonly number[]): Promise<MerkleLeaf[]>;
  /** Records after a place in order of (bucket, key), about `maxBytes` of them; none = the end. */
  scan(after: ScanPlace | undefined, maxBytes: number): Promise<ScannedRecord[]>;
  /**
   * The records of the first keys: as many as fit in one answer, at least one. A key that is gone has the value `null`.
   */
  fetch(keys: readonly string[]): Promise<FetchedRecord[]>;
}
