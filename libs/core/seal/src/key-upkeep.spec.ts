import { TestRuntime } from '@tidelock/core/runtime/testing';
import { scopeOf } from '@tidelock/core/scope';
import { silentLogger } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import { KeyUpkeep } from './key-upkeep';
import { NOW, unsealedRoom } from './seal-room.testing';

const DAY = 86_400_000;

describe('the upkeep of the data key', () => {
  const rows = new Map<string, { key: string; value: Buffer }>();
  let writes = 0;
  let runtime: TestRuntime;

  /** A table of plain rows: all that the upkeep keeps. */
  const local = { row: async (_table: string, key: string) => rows.get(key) };
  const begin = () => {
    const changes: { key: string; value: Buffer }[] = [];
    return {
      local: { put: (_table: string, row: { key: string; value: Buffer }) => changes.push(row) },
      commit: async () => {
        writes += 1;
        for (const row of changes) rows.set(row.key, row);
      },
    };
  };

  async function room(writesHere = true) {
    const made = await unsealedRoom();
    const store = { begin, local } as unknown as Store;
    return { ...made, upkeep: new KeyUpkeep({ ...made, store, writesHere: () => writesHere, logger: silentLogger }) };
  }

  async function configure({ store, rotation }: Awaited<ReturnType<typeof room>>, changes: object) {
    const unit = store.begin();
    await rotation.configureRotation(scopeOf(unit), changes);
    await unit.commit();
  }

  beforeEach(() => {
    rows.clear();
    writes = 0;
    runtime = new TestRuntime(NOW);
  });

  it('rotates by itself, within a minute, once the key is old', async () => {
    const ours = await room();
    await configure(ours, { intervalSeconds: 86_400 });
    const living = await runtime.root.begin(ours.upkeep);
    ours.clock.time = NOW + DAY - 1;
    await runtime.advance(60_000);
    expect(ours.barrier.term).toBe(1);
    ours.clock.time = NOW + DAY;
    await runtime.advance(60_000);
    expect(ours.barrier.term).toBe(2);
    await living.end();
    ours.clock.time = NOW + 9 * DAY;
    await runtime.advance(120_000);
    expect(ours.barrier.term).toBe(2);
  });

  it('rotates once all clusters together have used the key often enough, but not every minute, whatever they tell', async () => {
    const ours = await room();
    await configure(ours, { maxOperations: 1_000_000 });
    ours.barrier.noteUse('us', { term: 1, encryptions: 600_000 });
    ours.clock.time = NOW + DAY;
    await ours.upkeep.look();
    expect(ours.barrier.term).toBe(1);
    ours.barrier.noteUse('eu', { term: 1, encryptions: 400_000 });
    await ours.upkeep.look();
    expect(ours.barrier.term).toBe(2);
    ours.barrier.noteUse('eu', { term: 2, encryptions: 2 ** 40 });
    await ours.upkeep.look();
    expect(ours.barrier.term).toBe(2);
  });

  it('leaves the rotation to the primary', async () => {
    const ours = await room(false);
    await configure(ours, { intervalSeconds: 86_400 });
    ours.clock.time = NOW + 2 * DAY;
    await ours.upkeep.look();
    expect(ours.barrier.term).toBe(1);
  });

  it('goes on counting after a seal, and keeps the count once a minute at most', async () => {
    const ours = await room();
    const living = await runtime.root.begin(ours.upkeep);
    await runtime.advance(0);
    for (let use = 0; use < 500; use += 1) ours.barrier.encrypt(Buffer.from('value'), 'key');
    ours.barrier.noteUse('us', { term: 1, encryptions: 40 });
    await runtime.advance(60_000);
    expect(writes).toBe(2);
    await runtime.advance(600_000);
    expect(writes).toBe(2);
    const { encryptions } = ours.rotation.facts();
    expect(encryptions).toBeGreaterThanOrEqual(540);
    await living.end();
    await ours.seal.seal();
    for (const key of ours.keys.slice(0, 2)) await ours.seal.unseal(key);
    expect(ours.rotation.facts().encryptions).toBeLessThan(540);
    const again = await runtime.root.begin(ours.upkeep);
    await runtime.advance(0);
    expect(ours.rotation.facts().encryptions).toBe(encryptions);
    await again.end();
  });

  it('counts each term for itself', async () => {
    const ours = await room();
    ours.barrier.noteUse('us', { term: 1, encryptions: 40 });
    ours.clock.time = NOW + DAY;
    await configure(ours, { intervalSeconds: 86_400 });
    await ours.upkeep.look();
    const before = ours.rotation.facts().encryptions;
    ours.barrier.noteUse('us', { term: 1, encryptions: 50 });
    expect(ours.rotation.facts().encryptions).toBe(before);
    ours.barrier.noteUse('us', { term: 2, encryptions: 7 });
    ours.barrier.noteUse('us', { term: 2, encryptions: 3 });
    expect(ours.rotation.facts().encryptions).toBe(before + 7);
    expect(ours.barrier.useBesides('us').encryptions).toBe(before);
  });
});
