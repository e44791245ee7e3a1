import { MEMBERS } from '@tidelock/replication';
import { decodeHeader, newStreamKey, StreamKeyring } from '@tidelock/stream';
import { sealMessage } from '@tidelock/stream/testing';
import { newPair, sqlitePlaces, type TestSet, until } from '@tidelock/replication/testing';

const place = sqlitePlaces('left-behind');
let set: TestSet;

beforeEach(async () => {
  set = await newPair(place);
});
afterEach(() => set.close());

const AGREED = { primaryClusterAddr: '', force: false };

// P6: what the new primary writes does not open on a secondary that it has not admitted.
describe('A secondary that the new primary has not admitted', () => {
  it('is not promoted over it without force', async () => {
    const { a, b } = set;
    const c = await set.another();
    await c.join(a, 'c');
    await c.untilStreaming();
    await a.node.demote(false);
    await b.node.promote(AGREED);
    await b.write('entry/m/late', 'acknowledged');
    await until('the others to see that an epoch has begun', () => c.node.role.epoch === 2);
    await expect(c.node.promote(AGREED)).rejects.toThrow(
      'another cluster has begun epoch 2, and what it has written since does not open here',
    );
    expect([b.node.mode, await b.read('entry/m/late')]).toEqual(['primary', 'acknowledged']);
  });
});

describe('A secondary that was told to forget its primary', () => {
  it('is not promoted without force when the primary has written since', async () => {
    const { a, b } = set;
    await b.node.forgetPrimary();
    await a.write('entry/m/late', 'acknowledged');
    await a.node.demote(false);
    await expect(b.node.promote(AGREED)).rejects.toThrow(
      /check in-step failed: the stream holds \d+ messages that this cluster has not applied/,
    );
  });
});

describe('A secondary whose new record as a member has not come to it', () => {
  it('is promoted by force, and takes writes', async () => {
    const { a, b } = set;
    a.cut = true;
    await b.rejoin(a, 'again');
    await b.inHaste(() => b.node.promote({ ...AGREED, force: true }));
    await b.write('entry/m/later', 'y');
    expect([b.node.mode, b.store.journal.enabled, await b.read('entry/m/later')]).toEqual(['primary', true, 'y']);
  });

  it('is then no secondary of its own, under neither id', async () => {
    const { a, b } = set;
    a.cut = true;
    await b.rejoin(a, 'again');
    await b.inHaste(() => b.node.promote({ ...AGREED, force: true }));
    const records = () => b.store.replicated.keys(MEMBERS).then((keys) => Promise.all(keys.map((key) => b.read(key))));
    const before = await records();
    expect(before).toContainEqual(expect.stringMatching(/"id":"b","state":"active"/));
    const filter = { mode: 'deny', paths: ['hidden/'] } as const;
    for (const id of ['b', 'again']) {
      for (const order of [
        () => b.node.requirePrimary().revoke(id),
        () => b.invite(id),
        () => b.node.filtering.set(id, filter),
        () => b.node.filtering.preview(id, filter),
      ]) {
        await expect(order()).rejects.toMatchObject({
          status: 400,
          message: expect.stringContaining("is this cluster's own id"),
        });
      }
    }
    expect(await records()).toEqual(before);
    await b.invite('another');
  });
});

describe('Messages under a key that nobody has', () => {
  beforeEach(async () => {
    const { a, b, broker } = set;
    await a.write('entry/m/last', 'x');
    await a.node.demote(false);
    const [name = ''] = broker.topics.keys();
    const last = decodeHeader(broker.topic(name).messages.at(-1) as Buffer).header;
    const forged = { ...last, kind: 'mutation', index: last.index + 1, prev: last.index } as const;
    // So long ago was the primary asked for keys that it would be asked again.
    b.ahead += 2000;
    broker.append(name, [
      sealMessage(forged, Buffer.from('forged'), new StreamKeyring([newStreamKey()]).sealing(1)).bytes,
    ]);
  });

  it('hold up no planned switch', async () => {
    const { b } = set;
    await until(
      'it to be refused',
      () => (b.node.asSecondary?.stream?.status().refused.reasons['unknown-key'] ?? 0) > 0,
    );
    await b.node.promote(AGREED);
    expect([b.node.mode, await b.read('entry/m/last')]).toEqual(['primary', 'x']);
  });

  it('hold up no primary that was demoted and is promoted again', async () => {
    const { a, b } = set;
    await a.node.promote(AGREED);
    await b.rejoin(a, 'again');
    await b.untilStreaming();
    const index = await a.write('entry/m/later', 'y');
    await b.store.waitForIndex(index, 10_000);
    expect([b.store.merkle.root(), await b.read('entry/m/later')]).toEqual([a.store.merkle.root(), 'y']);
  });
});
