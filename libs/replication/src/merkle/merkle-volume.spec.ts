import { silentLogger } from '@tidelock/kernel';
import type { ClusterStore } from '@tidelock/store';
import { decodeCall, encodeCall } from '../cluster-port/codec';
import { MerkleSync, newStore } from '@tidelock/stream/testing';
import { merkleCalls, RemoteMerklePeer } from './merkle-calls';
import { MerkleServer } from '@tidelock/stream';

const RECORDS = 50_000;
const clock = { now: () => 0 };

async function filled(): Promise<ClusterStore> {
  const store = await newStore();
  for (let at = 0; at < RECORDS; at += 5000) {
    await store.applySync(
      Array.from({ length: 5000 }, (_, n) => ({ key: `entry/m/${at + n}`, value: Buffer.from(`value ${at + n}`) })),
    );
  }
  return store;
}

it('moves bytes for what differs, not for what there is', async () => {
  const [primary, secondary] = [await filled(), await filled()];
  for (let n = 0; n < 10; n += 1)
    await primary.applySync([{ key: `entry/m/${n * 5000}`, value: Buffer.from('changed') }]);
  const calls = merkleCalls(
    async () => new MerkleServer(primary, () => ({ epoch: 1, index: 0, digest: Buffer.alloc(32), brokerOffset: '' })),
    () => [],
  ) as unknown as Record<string, (body: unknown, from: object) => Promise<unknown>>;
  let bytes = 0;
  const counted = (value: unknown): Buffer => {
    const encoded = encodeCall(value);
    bytes += encoded.length;
    return encoded;
  };
  jest.spyOn(primary.integrity, 'isAuthentic').mockReturnValue(true);
  const peer = new RemoteMerklePeer(async <T>(name: string, body: unknown) => {
    return decodeCall<T>(counted(await calls[name]?.(decodeCall(counted(body)), { secondaryId: 'us-east' })));
  });
  await new MerkleSync({ store: secondary, peer, clock, logger: silentLogger }).run();
  expect(secondary.merkle.root()).toBe(primary.merkle.root());
  // Digests of 256 pages, of the ten pages concerned, and a few leaves of each bucket.
  expect(bytes).toBeLessThan(110 * 1024);
  await Promise.all([primary.close(), secondary.close()]);
});
