import type { FetchedRecord, MerkleLeaf, MerklePeer, MerkleRoot, ScannedRecord, ScanPlace } from '@tidelock/stream';

/** Makes one call on the primary's cluster port. */
export type MerkleCall = <T>(name: string, body: unknown) => Promise<T>;

/** A primary behind its cluster port, as `MerkleServer.calls` answers there. */
export class RemoteMerklePeer implements MerklePeer {
  constructor(private readonly call: MerkleCall) {}

  root(): Promise<MerkleRoot> {
    return this.call('merkle-root', {});
  }

  pages(): Promise<Buffer> {
    return this.call('merkle-pages', {});
  }

  page(page: number): Promise<Buffer> {
    return this.call('merkle-page', { page });
  }

  leaves(buckets: readonly number[]): Promise<MerkleLeaf[]> {
    return this.call('merkle-leaves', { buckets });
  }

  scan(after: ScanPlace | undefined, maxBytes: number): Promise<ScannedRecord[]> {
    return this.call('merkle-scan', { after: after ?? null, maxBytes });
  }

  fetch(keys: readonly string[]): Promise<FetchedRecord[]> {
    return this.call('merkle-fetch', { keys });
  }
}
