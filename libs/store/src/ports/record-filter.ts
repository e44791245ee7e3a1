import type { MerkleReader } from './store';
import type { ReplicatedReader } from './replicated-view';

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
  /** Resolves when the tree is whole: it is built anew, behind the commits, when what belongs to it changes. */
  ready(): Promise<void>;
  /** `undefined` while it is being built. */
  readonly currentRoot: string | undefined;
  close(): void;
}
