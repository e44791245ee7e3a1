import type { ReplicatedReader } from './replicated-view';
import type { MutationRecord } from './store';

/** A place in the order of (bucket, key). `bucket` = page * 256 + subpage. */
export interface ScanPlace {
  readonly bucket: number;
  readonly key: string;
}

export interface MerkleLeaf extends ScanPlace {
  /** 32 bytes. */
  readonly digest: Buffer;
}

export interface ScannedRecord extends MutationRecord {
  readonly bucket: number;
}

/** A hash tree over records, and the records below it. */
export interface MerkleReader {
  /** SHA-256 over the pages' digests, first 20 bytes, 40 hex digits: equal on clusters with equal replicated state. */
  root(): string;
  /** Digests of the 256 pages, 32 bytes each, concatenated. */
  pages(): Buffer;
  /** Digests of the 256 buckets of a page, 32 bytes each, concatenated. */
  page(page: number): Buffer;
  /** Keys of buckets with their leaf digests, in order of (bucket, key). */
  leaves(buckets: readonly number[]): Promise<MerkleLeaf[]>;
  /**
   * Whole records of all buckets from a place exclusive on, about `maxBytes` of them: for a first copy. Values that do not fit
   * their digest are left out.
   */
  scan(after: ScanPlace | undefined, maxBytes: number): Promise<ScannedRecord[]>;
}

/** Which replicated records a part of the state consists of. What belongs to it may depend on records themselves. */
export interface RecordFilter {
  /** Reads what it depends on, as committed at `index`. Nothing is committed meanwhile. */
  load(reader: Pick<ReplicatedReader, 'keys' | 'getSealed'>, index: number): Promise<void>;
  /**
   * Told of the records that are about to be committed, values as stored, before it is asked about them.
   *
   * @returns whether records besides these belong to it now, or belong to it no longer.
   */
  learn(records: ReadonlyMap<string, Buffer | null>): boolean;
  includes(key: string): boolean;
}

/** A merkle tree of its own over the records of a filter, kept in step with every commit. */
export interface FilteredMerkle extends MerkleReader {
  /** Resolves when the tree is whole: it is built anew, behind the commits, when what belongs to it changes. @throws what that failed with; whoever asks then has it tried again. */
  ready(): Promise<void>;
  /** `undefined` while it is being built. */
  readonly currentRoot: string | undefined;
  close(): void;
}

/** By what two clusters compare their replicated state. */
export interface MerkleStore {
  readonly merkle: MerkleReader;
  /** Keeps a merkle tree of its own over the records of a filter, until it is closed. */
  openView(name: string, filter: RecordFilter): Promise<FilteredMerkle>;
}
