import { Barrier, generateRootKey } from '@tidelock/barrier';
import { silentLogger } from '@tidelock/kernel';
import { openStore } from '../open-store';
import type { ClusterStore } from '../ports/cluster-store';
import type { StoreObserver } from '../ports/store-observer';
import { StoreFigures } from './store-figures';

describe('a store that is observed', () => {
  let figures: StoreFigures;
  let store: ClusterStore;

  const open = async (observer: StoreObserver): Promise<ClusterStore> => {
    const barrier = new Barrier();
    const rootKey = generateRootKey();
    barrier.unseal(rootKey, Barrier.newKeyring(rootKey, 1));
    return (store = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger, observer }));
  };
  const put = (key: string, value = 'x') =>
    store.transact(async ({ replicated }) => replicated.put(key, Buffer.from(value)));
  const told = () =>
    Object.fromEntries(
      figures
        .metrics(store)
        .map((metric) => [
          metric.name,
          metric.kind === 'summary'
            ? metric.tally.count
            : metric.readings.map(({ value, labels }) => (labels ? [labels['reason'], value] : value)),
        ]),
    );

  beforeEach(() => open((figures = new StoreFigures())));
  afterEach(() => store.close());

  it('tells of a transaction that commits all that waited, and for how long', async () => {
    await Promise.all([put('entry/a'), put('entry/b'), put('entry/c')]);
    expect(told()).toMatchObject({
      'vault.wal.persistWALs': 1,
      'vault.wal.flushReady': 1,
      'tidelock.store.committed_units_total': [3],
      'tidelock.store.failed_transactions_total': [],
      'vault.replication.wal.last_performance_wal': [3],
      'vault.wal.flushReady.queue_len': [0],
    });
  });

  it('tells why a transaction fails, and whoever waits for it is told the same as ever', async () => {
    store.journal.enable();
    await put('entry/a');
    await put('entry/a');
    // The index is given again, where a row of the journal is.
    await store.moveTo({ epoch: 1, index: 1, digest: Buffer.alloc(32), brokerOffset: '' });
    await expect(put('entry/a')).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(told()).toMatchObject({
      'vault.wal.persistWALs': 4,
      'tidelock.store.failed_transactions_total': [['INTERNAL', 1]],
      'tidelock.store.committed_units_total': [3],
    });
  });

  it('tells of each unit that another commit has overtaken', async () => {
    const late = store.begin();
    await late.replicated.get('entry/a');
    late.replicated.put('entry/b', Buffer.from('x'));
    await put('entry/a');
    await expect(late.commit()).rejects.toMatchObject({ code: 'WRITE_CONFLICT' });
    expect(told()).toMatchObject({
      'tidelock.store.overtaken_units_total': [1],
      'tidelock.store.committed_units_total': [1],
      'vault.wal.persistWALs': 1,
    });
  });

  it('tells of a read that the database answers, not of one from memory', async () => {
    await put('entry/a');
    await store.replicated.get('entry/a');
    expect(told()['tidelock.store.reads']).toBe(1);
    await store.replicated.get('entry/a');
    expect(told()['tidelock.store.reads']).toBe(1);
    await store.replicated.keys('entry/');
    await store.local.row('token', 't');
    await store.local.row('record', 'r');
    expect(told()['tidelock.store.reads']).toBe(4);
  });

  it('tells of reads of the journal apart from others, and of the rows that go', async () => {
    store.journal.enable();
    for (const key of ['a', 'b', 'c']) await put(`entry/${key}`);
    await store.journal.trim(2);
    await store.journal.read(0, 10, 1e6);
    expect(told()).toMatchObject({
      'vault.wal.loadWAL': 1,
      'tidelock.store.reads': 0,
      'vault.wal.deleteWALs': 1,
      'vault.wal.gc.deleted': [2],
    });
  });

  it('has an observer around what it does, by what that is', async () => {
    await store.close();
    const seen: unknown[] = [];
    const around = async <T>(what: unknown, run: () => Promise<T>): Promise<T> => {
      seen.push(what);
      const result = await run();
      seen.push('done');
      return result;
    };
    await open({ read: around, transaction: around, trim: (run) => around('trim', run) });
    store.journal.enable();
    const { replicatedIndex } = await store
      .transact(async ({ replicated, local }) => {
        await replicated.get('entry/a');
        await local.row('token', 't');
        replicated.put('entry/a', Buffer.from('x'));
      })
      .then(() => store.position());
    await store.journal.trim(replicatedIndex);
    await store.journal.read(0, 1, 1);
    expect(seen).toEqual([
      ...['replicated', 'done', 'local', 'done'],
      ...[{ units: 1, waitedMs: expect.any(Number) }, 'done'],
      ...['trim', 'done', 'journal', 'done'],
    ]);
  });

  it('does all of it where nobody looks on', async () => {
    await store.close();
    await open({});
    store.journal.enable();
    await put('entry/a');
    expect((await store.replicated.get('entry/a'))?.toString()).toBe('x');
    await store.journal.trim(1);
    expect(await store.journal.read(0, 1, 1)).toEqual([]);
  });
});
