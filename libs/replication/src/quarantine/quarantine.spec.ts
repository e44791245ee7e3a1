import { silentLogger } from '@tidelock/kernel';
import type { ClusterStore } from '@tidelock/store';
import { newStore } from '@tidelock/stream/testing';
import { Quarantine } from './quarantine';
import { reapply, type ReapplyCall, reapplyCallOf, reapplyEach } from './reapply';

const clients = { isOfClients: (key: string) => key !== 'keyring' };

const allowed = async (): Promise<void> => undefined;

describe('Quarantine', () => {
  let store: ClusterStore;
  let quarantine: Quarantine;
  beforeEach(async () => {
    store = await newStore();
    store.journal.enable();
    store.useEpoch(1);
    quarantine = new Quarantine(store, silentLogger);
  });
  afterEach(() => store.close());

  async function write(key: string, value: string | null, path = `kv/${key}`): Promise<number> {
    const unit = store.begin();
    if (value === null) unit.replicated.delete(key);
    else unit.replicated.put(key, Buffer.from(value));
    unit.cause = { requestId: `request of ${path}`, path };
    return (await unit.commit()).replicatedIndex;
  }

  it('takes every mutation behind an index out of the journal, without the rows that are none', async () => {
    const shared = await write('a', 'shared');
    await store.journal.append('checkpoint', () => Buffer.from('x'));
    for (let at = 0; at < 450; at += 1) await write(`late/${at}`, 'v');
    expect(await quarantine.setAside(shared)).toBe(450);
    expect(quarantine.size).toBe(450);
    expect(await store.journal.read(0, 1, 1)).toEqual([]);
    const [first] = await quarantine.list();
    expect(first).toEqual({
      index: shared + 2,
      epoch: 1,
      time: expect.any(Number),
      cause: { requestId: 'request of kv/late/0', path: 'kv/late/0' },
    });
    expect(await quarantine.setAside(shared)).toBe(0);
    expect(quarantine.size).toBe(450);
  });

  it('is still there after a restart, and goes when it is dropped', async () => {
    const index = await write('a', 'x');
    await quarantine.setAside(0);
    const again = new Quarantine(store, silentLogger);
    await again.load();
    expect(again.size).toBe(1);
    await expect(again.take([index, 99])).rejects.toMatchObject({
      status: 400,
      message: 'no mutation with index 99 is in quarantine',
    });
    await again.drop(await again.take([index]));
    expect(again.size).toBe(0);
  });

  it('takes those of two reigns that have one index, the earlier one first', async () => {
    const index = await write('a', 'x');
    await quarantine.setAside(0);
    const [row] = await store.local.rows('record', { column: 'key', prefix: 'replication/quarantine/' });
    const later = Buffer.from(JSON.stringify({ ...JSON.parse(String(row?.value)), epoch: 2 }));
    await store.transact(async ({ local }) =>
      local.put('record', { key: String(row?.key).replace('/0000000001/', '/0000000002/'), value: later }),
    );
    const taken = await quarantine.take([index]);
    expect(taken.map(({ epoch }) => epoch)).toEqual([1, 2]);
    await quarantine.drop(taken);
    expect(quarantine.size).toBe(0);
  });

  it('can be written anew as a whole, deletions included', async () => {
    await write('entry/m/keep', 'old');
    const index = await write('entry/m/a', 'x');
    await quarantine.setAside(index - 1);
    await write('entry/m/a', 'other');
    for (const mutation of await quarantine.take([index]))
      await reapply(store, reapplyCallOf(mutation, 'batch', clients), allowed);
    expect((await store.replicated.get('entry/m/a'))?.toString()).toBe('x');
    const deletion = await write('entry/m/keep', null);
    await quarantine.setAside(deletion - 1);
    await write('entry/m/keep', 'there again');
    for (const mutation of await quarantine.take([deletion]))
      await reapply(store, reapplyCallOf(mutation, 'batch', clients), allowed);
    expect(await store.replicated.get('entry/m/keep')).toBeUndefined();
  });

  it('is called back as one command, with the reign that wrote each', async () => {
    const indexes = [await write('entry/m/a', 'x'), await write('policy/p', 'y')];
    await quarantine.setAside(0);
    const calls: ReapplyCall[] = [];
    await reapplyEach(quarantine, indexes, clients, async (call) => void calls.push(call));
    expect(calls).toMatchObject(indexes.map((index) => ({ index, epoch: 1, records: [{}] })));
    expect(new Set(calls.map(({ batch }) => batch)).size).toBe(1);
    expect(quarantine.size).toBe(0);
  });

  it('keeps to itself what makes sense in its own reign only, and what no key of the set opens', async () => {
    const unit = store.begin();
    unit.replicated.putSealed('keyring', Buffer.from('a rotated keyring'));
    const { replicatedIndex: rotation } = await unit.commit();
    const foreign = store.begin();
    foreign.replicated.putSealed('entry/m/a', Buffer.from('sealed under a key that is gone'));
    const { replicatedIndex: sealed } = await foreign.commit();
    await quarantine.setAside(rotation - 1);
    const [first, second] = await quarantine.take([rotation, sealed]);
    expect(() => reapplyCallOf(first as never, 'batch', clients)).toThrow(
      `the mutation ${rotation} changes the set's keyring; it can only be discarded`,
    );
    await expect(reapply(store, reapplyCallOf(second as never, 'batch', clients), allowed)).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/sealed under a key that the set does not have/),
    });
  });
});
