import { Barrier } from '@tidelock/barrier';
import { silentLogger, TidelockError } from '@tidelock/kernel';
import type { SqlDatabase } from '../adapters/sql-database';
import { openStore } from '../open-store';
import type { ClusterStore } from '../ports/cluster-store';
import type { FilteredMerkle } from '../ports/merkle';

describe('a filtered merkle tree that could not be built', () => {
  let now = 0;
  let store: ClusterStore;
  let view: FilteredMerkle;
  let isAway: boolean;
  const read = jest.fn();

  beforeEach(async () => {
    store = await openStore({ kind: 'inmem' }, new Barrier(), { logger: silentLogger, clock: { now: () => now } });
    await commit('before');
    const { database } = store as unknown as { database: SqlDatabase };
    const all = database.all.bind(database);
    database.all = async (statement) => {
      if (!statement.sql.includes('ORDER BY bucket, key')) return all(statement);
      read();
      if (isAway) throw new TidelockError('STORAGE_UNAVAILABLE');
      return all(statement);
    };
    isAway = true;
    view = await store.openView('view', { load: async () => undefined, learn: () => false, includes: () => true });
    await expect(view.ready()).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    isAway = false;
    read.mockClear();
  });
  afterEach(() => store.close());

  const commit = (name: string): Promise<void> => store.applySync([{ key: `entry/${name}`, value: Buffer.from('x') }]);
  const commitOfNoRecord = (): Promise<void> => store.applySync([]);

  it('is built again for whoever asks for it', async () => {
    await view.ready();
    expect(view.currentRoot).toBe(store.merkle.root());
  });

  it('is built again behind the first commit after half a second, of whatever it is, and behind none before', async () => {
    now += 499;
    await commit('soon');
    await commitOfNoRecord();
    expect(read).not.toHaveBeenCalled();
    now += 1;
    await commitOfNoRecord();
    await commit('later');
    expect(read).toHaveBeenCalledTimes(1);
    expect(view.currentRoot).toBe(store.merkle.root());
  });

  it('tells whoever asks why, as long as it fails, and asks for it no more once it is closed', async () => {
    isAway = true;
    await expect(Promise.all([view.ready(), view.ready()])).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(read).toHaveBeenCalledTimes(1);
    view.close();
    now += 500;
    await commit('later');
    await commitOfNoRecord();
    expect(read).toHaveBeenCalledTimes(1);
  });
});
