import { randomBytes } from 'node:crypto';
import { silentLogger } from '@tidelock/kernel';
import type { ClusterStore, Store } from '@tidelock/store';
import type { FollowedStream } from '@tidelock/stream';
import { newStore } from '@tidelock/stream/testing';
import { type RecordCopy, sendCopies } from './record-copies';
import { Healing } from './healing';

const NOW = 1_700_000_000_000;
const clock = { now: () => NOW };

/** A stream that has every record. */
function streamOf(store: ClusterStore, good: ReadonlyMap<string, Buffer>) {
  const repaired: string[][] = [];
  const restarts: [string, boolean][] = [];
  const stream = {
    repair: async (keys: readonly string[]) => {
      repaired.push([...keys]);
      await store.applySync(keys.map((key) => ({ key, value: good.get(key) ?? null })));
      return new Map<string, string>();
    },
    restart: (reason: string, compare: boolean) => void restarts.push([reason, compare]),
    applier: { status: () => ({ poison: { index: 7, reason: 'too odd' } }), skipPoison: async () => 7 },
  };
  return { repaired, restarts, stream: stream as unknown as FollowedStream };
}

async function room(role: 'primary' | 'secondary', hasFullSecondary = false) {
  const store = await newStore();
  const unit = store.begin();
  for (let at = 0; at < 20; at += 1) unit.replicated.put(`entry/m/${at}`, Buffer.from(`value ${at}`));
  await unit.commit();
  const good = new Map<string, Buffer>();
  for (const key of await store.replicated.keys('')) good.set(key, (await store.replicated.getSealed(key)) as Buffer);
  const followed = streamOf(store, good);
  let isFollowing = role === 'secondary';
  const leave = async (): Promise<string[]> => {
    isFollowing = false;
    return [];
  };
  const healing = new Healing(
    { store, clock, logger: silentLogger },
    () => (isFollowing ? followed.stream : undefined),
    () => hasFullSecondary,
  );
  await healing.start();
  open.push(async () => {
    await healing.stop();
    await store.close();
  });
  const damage = (key: string) => store.applySync([{ key, value: randomBytes(50) }]);
  /** Behind the store's back: the digest stays. */
  const spoil = async (key: string) => {
    const inside = store as unknown as {
      database: { write(statement: { sql: string; parameters: unknown[] }): Promise<unknown> };
      reload(): Promise<void>;
    };
    await inside.database.write({
      sql: `UPDATE record SET value = (SELECT value FROM record WHERE key = 'entry/m/1') WHERE key = '${key}' RETURNING 1`,
      parameters: [],
    });
    await inside.reload();
  };
  return { store, good, healing, damage, spoil, leave, ...followed };
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

describe('Healing', () => {
  it('on a primary reports a damaged value, serves it to nobody, and remembers it until it is written over', async () => {
    const { store, healing, damage } = await room('primary');
    await damage('entry/m/3');
    await expect(store.replicated.get('entry/m/3')).rejects.toMatchObject({
      code: 'CORRUPT_RECORD',
      message: expect.stringContaining('is not served'),
    });
    expect(healing.status()).toMatchObject({ corrupted_merkle_tree: true });
    await healing.stop();
    await healing.start();
    expect(healing.status()).toMatchObject({ corrupted_merkle_tree: true });
    const unit = store.begin();
    unit.replicated.put('entry/m/3', Buffer.from('new'));
    await unit.commit();
    expect(healing.status()).toMatchObject({ corrupted_merkle_tree: false });
  });

  it('on a primary asks secondaries for a copy while the reader waits, and takes none but what was committed', async () => {
    const { store, good, healing, spoil } = await room('primary', true);
    await spoil('entry/m/3');
    const reader = store.replicated.get('entry/m/3');
    while (healing.secondaryCopies.wanted().length === 0) await new Promise(setImmediate);
    expect(healing.secondaryCopies.wanted()).toEqual(['entry/m/3']);
    await healing.secondaryCopies.take([
      { key: 'entry/m/3', value: randomBytes(60) },
      { key: 'entry/m/4', value: good.get('entry/m/5') as Buffer },
    ]);
    expect(healing.secondaryCopies.wanted()).toEqual(['entry/m/3']);
    const sent: string[] = [];
    const call = async (name: string, body: unknown) => {
      sent.push(name);
      await healing.secondaryCopies.take((body as { copies: RecordCopy[] }).copies);
    };
    const replicated = { getSealed: async (key: string) => good.get(key) } as Store['replicated'];
    await sendCopies({ store: { replicated, integrity: store.integrity }, call, logger: silentLogger }, [
      ...healing.secondaryCopies.wanted(),
      'entry/m/unknown',
    ]);
    expect((await reader)?.toString()).toBe('value 3');
    expect(sent).toEqual(['mend']);
    expect(healing.status()).toMatchObject({ corrupted_merkle_tree: false });
    expect((await store.replicated.get('entry/m/4'))?.toString()).toBe('value 4');
  });

  it('on a secondary has it fetched once, however many ask', async () => {
    const { store, healing, damage, repaired } = await room('secondary');
    await damage('entry/m/3');
    const values = await Promise.all(Array.from({ length: 5 }, () => store.replicated.get('entry/m/3')));
    expect(values.map(String)).toEqual(Array(5).fill('value 3'));
    expect(repaired).toEqual([['entry/m/3']]);
    expect(healing.status()).toMatchObject({ corrupted_merkle_tree: false });
  });

  it('checks everything, answers in the form of Vault, and repairs behind the answer', async () => {
    const { store, healing, damage, repaired } = await room('secondary');
    await damage('entry/m/3');
    const report = (await healing.merkleCheck()) as { merkle_corruption_report: Record<string, unknown> };
    expect(report.merkle_corruption_report).toEqual({
      corrupted_root: false,
      corrupted_tree_map: {
        1: {
          corrupted_index_tuples_map: expect.any(Object),
          corrupted_subtree_root: false,
          root_hash: expect.stringMatching(/^.{27}=$/),
          tree_type: 'replicated',
        },
      },
      last_corruption_check_epoch: '2023-11-14T22:13:20.000000000Z',
    });
    expect(healing.status()).toMatchObject({ last_corruption_check_epoch: '1700000000' });
    while (repaired.length === 0) await new Promise(setImmediate);
    expect((await store.replicated.get('entry/m/3'))?.toString()).toBe('value 3');
  });

  it('knows of damage still where the role is laid down before that is repaired', async () => {
    const { store, healing, damage, repaired, leave } = await room('secondary');
    await damage('entry/m/3');
    const rebuild = jest.spyOn(store.integrity, 'rebuild').mockImplementationOnce(leave);
    await healing.merkleCheck();
    while (rebuild.mock.calls.length === 0) await new Promise(setImmediate);
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    expect([repaired, healing.status()]).toMatchObject([[], { corrupted_merkle_tree: true }]);
  });

  it('rebuilds on demand, one at a time, and says when it last did', async () => {
    const { healing } = await room('primary');
    healing.reindex({ diff: false, force: false });
    expect(healing.status()).toMatchObject({
      reindex_in_progress: true,
      reindex_stage: 'scanning',
      reindex_building_total: 65_536,
    });
    expect(() => healing.reindex({ diff: false, force: false })).toThrow('already in progress');
    while (healing.status().reindex_in_progress) await new Promise(setImmediate);
    expect(healing.status()).toMatchObject({ last_reindex_epoch: '1700000000' });
  });

  it('notes a skipped mutation before it is skipped', async () => {
    const { healing, stream } = await room('secondary');
    const order: unknown[] = [];
    stream.applier.skipPoison = async () => {
      order.push(healing.status().skipped);
      return 7;
    };
    await expect(healing.skipPoison(8)).rejects.toThrow('index must name the mutation that cannot be applied: 7');
    await healing.skipPoison(7);
    expect(order).toEqual([[{ index: 7, reason: 'too odd', at: '2023-11-14T22:13:20.000000000Z' }]]);
    await healing.stop();
    await healing.start();
    expect(healing.status().skipped).toHaveLength(1);
  });
});
