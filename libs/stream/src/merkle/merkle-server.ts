import type {
  MerkleLeaf,
  MerkleStore,
  ScannedRecord,
  ScanPlace,
  Store,
  StoreAdmin,
  StreamPosition,
} from '@tidelock/store';
import type { FetchedRecord, MerklePeer, MerkleRoot } from '../ports/merkle-peer';

const MOST_SCAN_BYTES = 8 * 1024 * 1024;
const FETCH_BYTES = 4 * 1024 * 1024;

/** The primary's side of a sync: answers out of its store, blocks nothing. */
export class MerkleServer implements MerklePeer {
  constructor(
    private readonly store: Pick<Store, 'replicated' | 'position'> &
      Pick<MerkleStore, 'merkle'> &
      Pick<StoreAdmin, 'integrity'>,
    private readonly published: () => StreamPosition | Promise<StreamPosition>,
  ) {}

  async root(): Promise<MerkleRoot> {
    // The position first: all that is committed after it is repeated by the stream.
    const position = await this.published();
    return { position, root: this.store.merkle.root(), index: this.store.position().replicatedIndex };
  }

  async pages(): Promise<Buffer> {
    return this.store.merkle.pages();
  }

  async page(page: number): Promise<Buffer> {
    return this.store.merkle.page(page);
  }

  leaves(buckets: readonly number[]): Promise<MerkleLeaf[]> {
    return this.store.merkle.leaves(buckets);
  }

  scan(after: ScanPlace | undefined, maxBytes: number): Promise<ScannedRecord[]> {
    return this.store.merkle.scan(after, Math.min(maxBytes, MOST_SCAN_BYTES));
  }

  async fetch(keys: readonly string[]): Promise<FetchedRecord[]> {
    const records: FetchedRecord[] = [];
    let bytes = 0;
    for (const key of keys) {
      if (bytes >= FETCH_BYTES) break;
      const value = (await this.store.replicated.getSealed(key)) ?? null;
      const damaged = value !== null && !this.store.integrity.isAuthentic(key, value);
      records.push(damaged ? { key, value: null, damaged } : { key, value });
      bytes += key.length + (value?.length ?? 0);
    }
    return records;
  }
}
