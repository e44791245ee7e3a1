import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeHeader, newStreamKey, sealMessage, StreamKeyring } from '@tidelock/replication';
import { newSet, until } from '@tidelock/replication/contract';

const folder = mkdtempSync(join(tmpdir(), 'tidelock-left-behind-'));
let made = 0;
const place = async () => ({ kind: 'sqlite' as const, path: join(folder, String((made += 1)), 'tidelock.db') });

afterAll(() => rmSync(folder, { recursive: true, force: true }));

// P6: what the new primary writes does not open on a secondary that it has not admitted.
describe('A secondary that the new primary has not admitted', () => {
  it('is not promoted over it without force', async () => {
    const set = await newSet(place);
    try {
      const { a, b } = set;
      await b.join(a, 'b');
      await b.untilStreaming();
      const c = await set.another();
      await c.join(a, 'c');
      await c.untilStreaming();
      await a.node.demote(false);
      await b.node.promote({ primaryClusterAddr: '', force: false });
      await b.write('entry/m/late', 'acknowledged');
      await until('the others to see that an epoch has begun', () => c.node.role.epoch === 2);
      const refused = c.node.promote({ primaryClusterAddr: '', force: false });
      await expect(refused).rejects.toThrow('another cluster has begun epoch 2, and what it has written since does not open here');
      expect([b.node.mode, await b.read('entry/m/late')]).toEqual(['primary', 'acknowledged']);
    } finally {
      await set.close();
    }
  }, 60_000);
});

describe('A secondary that was told to forget its primary', () => {
  it('is not promoted without force when the primary has written since', async () => {
    const set = await newSet(place);
    try {
      const { a, b } = set;
      await b.join(a, 'b');
      await b.untilStreaming();
      await b.node.forgetPrimary();
      await a.write('entry/m/late', 'acknowledged');
      await a.node.demote(false);
      // What is on its way is waited for by the clock, which hurries.
      const hurry = setInterval(() => (b.ahead += 1000), 10);
      const promotion = b.node.promote({ primaryClusterAddr: '', force: false }).finally(() => clearInterval(hurry));
      await expect(promotion).rejects.toThrow(/check in-step failed: the stream holds \d+ messages that this cluster has not applied/);
    } finally {
      await set.close();
    }
  }, 60_000);
});

describe('A secondary whose new record as a member has not come to it', () => {
  it('is promoted by force, and takes writes', async () => {
    const set = await newSet(place);
    try {
      const { a, b } = set;
      await b.join(a, 'b');
      await b.untilStreaming();
      a.cut = true;
      await b.rejoin(a, 'again');
      const hurry = setInterval(() => (b.ahead += 1000), 10);
      await b.node.promote({ primaryClusterAddr: '', force: true }).finally(() => clearInterval(hurry));
      await b.write('entry/m/later', 'y');
      expect([b.node.mode, b.store.journal.enabled, await b.read('entry/m/later')]).toEqual(['primary', true, 'y']);
    } finally {
      await set.close();
    }
  }, 60_000);
});

describe('Messages under a key that nobody has', () => {
  /** A set whose primary was demoted, with something in the topic behind its last message. */
  async function demoted() {
    const set = await newSet(place);
    const { a, b, broker } = set;
    await b.join(a, 'b');
    await b.untilStreaming();
    await a.write('entry/m/last', 'x');
    await a.node.demote(false);
    const [name = ''] = broker.topics.keys();
    const last = decodeHeader(broker.topic(name).messages.at(-1) as Buffer).header;
    const forged = { ...last, kind: 'mutation', index: last.index + 1, prev: last.index } as const;
    // So long ago was the primary asked for keys that it would be asked again.
    b.ahead += 2000;
    broker.append(name, [sealMessage(forged, Buffer.from('forged'), new StreamKeyring([newStreamKey()]).sealing(1)).bytes]);
    return set;
  }

  it('hold up no planned switch', async () => {
    const set = await demoted();
    try {
      const { b } = set;
      await until('it to be refused', () => (b.node.asSecondary?.stream?.status().refused.reasons['unknown-key'] ?? 0) > 0);
      await b.node.promote({ primaryClusterAddr: '', force: false });
      expect([b.node.mode, await b.read('entry/m/last')]).toEqual(['primary', 'x']);
    } finally {
      await set.close();
    }
  }, 60_000);

  it('hold up no primary that was demoted and is promoted again', async () => {
    const set = await demoted();
    try {
      const { a, b } = set;
      await a.node.promote({ primaryClusterAddr: '', force: false });
      await b.rejoin(a, 'again');
      await b.untilStreaming();
      const index = await a.write('entry/m/later', 'y');
      await b.store.waitForIndex(index, 10_000);
      expect([b.store.merkle.root(), await b.read('entry/m/later')]).toEqual([a.store.merkle.root(), 'y']);
    } finally {
      await set.close();
    }
  }, 60_000);
});
