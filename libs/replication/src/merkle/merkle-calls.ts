import type { MerkleLeaf, ScannedRecord, ScanPlace } from '@tidelock/store';
import {
  BUCKETS_PER_CALL,
  BUCKETS_PER_PAGE,
  type EpochStart,
  type FetchedRecord,
  KEYS_PER_CALL,
  type MerklePeer,
  type MerkleRoot,
  type MerkleServer,
  PAGES,
} from '@tidelock/stream';
import { CallBody, isCount, isRecordKey } from '../cluster-port/call-body';
import type { ClusterPeer } from '../cluster-port/cluster-server';

const isBucket = (item: unknown): item is number => isCount(item, PAGES * BUCKETS_PER_PAGE - 1);

/**
 * What a `MerkleServer` does, as calls of the cluster port; `RemoteMerklePeer` makes them. A question is bounded, so that its answer is.
 *
 * @param serverOf what a secondary is given.
 * @param epochs where each epoch of the set began.
 */
export function merkleCalls(
  serverOf: (secondaryId: string) => Promise<MerkleServer>,
  epochs: () => readonly EpochStart[],
) {
  const call = (name: string, answer: (server: MerkleServer, question: CallBody) => Promise<unknown>) =>
    [
      name,
      async (sent: unknown, { secondaryId }: ClusterPeer): Promise<unknown> =>
        answer(await serverOf(secondaryId), new CallBody(`a body of ${name}`, sent)),
    ] as const;
  return Object.fromEntries([
    call('merkle-root', async (server) => ({ ...(await server.root()), epochs: epochs() })),
    call('merkle-pages', (server) => server.pages()),
    call('merkle-page', (server, question) => server.page(question.count('page', PAGES - 1))),
    call('merkle-leaves', (server, question) => server.leaves(question.list('buckets', isBucket, BUCKETS_PER_CALL))),
    call('merkle-scan', (server, question) => server.scan(placeIn(question), question.count('maxBytes'))),
    call('merkle-fetch', (server, question) => server.fetch(question.list('keys', isRecordKey, KEYS_PER_CALL))),
  ]);
}

function placeIn(question: CallBody): ScanPlace | undefined {
  if (!question.has('after') || question.members['after'] === null) return undefined;
  const place = question.body('after');
  return { bucket: place.count('bucket', PAGES * BUCKETS_PER_PAGE - 1), key: place.key('key') };
}

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
