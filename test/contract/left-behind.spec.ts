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

describe('Messages under a key that nobody has', () => {
  it('hold up no planned switch', async () => {
    const set = await newSet(place);
    try {
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
      await until('it to be refused', () => (b.node.asSecondary?.stream?.status().refused.reasons['unknown-key'] ?? 0) > 0);
      await b.node.promote({ primaryClusterAddr: '', force: false });
      expect([b.node.mode, await b.read('entry/m/last')]).toEqual(['primary', 'x']);
    } finally {
      await set.close();
    }
  }, 60_000);
});
