import { type ForwardingLevel, silentLogger } from '@tidelock/kernel';
import type { ClusterStore } from '@tidelock/store';
import { newStore } from '@tidelock/stream/testing';
import { forwardingLevelOf, type PathsFilter, pathsFilterOf } from './paths-filter';
import { PathsFilters } from './paths-filters';

const FILTER = pathsFilterOf('deny', ['kv']);

describe('The filters and forwarding levels of a primary', () => {
  let store: ClusterStore;
  let filters: PathsFilters;

  beforeEach(async () => {
    store = await newStore();
    filters = await load('reign-1');
  });
  afterEach(() => store.close());

  async function load(reign: string): Promise<PathsFilters> {
    const made = new PathsFilters(store, reign, silentLogger);
    await made.load();
    return made;
  }
  const put = async (id: string, filter: PathsFilter | undefined): Promise<void> => {
    await store.transact(({ local }) => filters.put(local, id, filter));
    await filters.caughtUp();
  };
  const putLevel = async (id: string, level: ForwardingLevel | undefined): Promise<void> => {
    await store.transact(({ local }) => filters.putLevel(local, id, level));
    await filters.caughtUp();
  };

  it('believe a secondary everything where it is given everything, and data alone where it is not', async () => {
    expect(filters.levelOf('eu')).toBe('all');
    await put('eu', FILTER);
    expect(filters.levelOf('eu')).toBe('data');
    await put('eu', undefined);
    expect(filters.levelOf('eu')).toBe('all');
  });

  it('keep a level that was chosen, whatever becomes of the filter, until it is taken back', async () => {
    await putLevel('eu', 'all');
    await put('eu', FILTER);
    expect([filters.levelOf('eu'), filters.chosenLevel('eu')]).toEqual(['all', 'all']);
    await putLevel('us', 'data');
    expect([filters.of('us'), filters.levelOf('us'), await filters.levelIn(store.local, 'us')]).toEqual([
      undefined,
      'data',
      'data',
    ]);
    const again = await load('reign-1');
    expect([again.of('eu'), again.levelOf('eu'), again.levelOf('us')]).toEqual([FILTER, 'all', 'data']);
    await putLevel('eu', undefined);
    expect([filters.levelOf('eu'), filters.chosenLevel('eu')]).toEqual(['data', undefined]);
  });

  it('belong to one reign', async () => {
    await putLevel('us', 'data');
    expect((await load('reign-2')).levelOf('us')).toBe('all');
  });

  it('have no level for names that every object has', () => {
    for (const id of ['constructor', '__proto__', 'toString']) expect(filters.levelOf(id)).toBe('all');
  });

  it('know two levels', () => {
    expect(['all', 'data'].map(forwardingLevelOf)).toEqual(['all', 'data']);
    for (const other of ['', 'none', 'ALL'])
      expect(() => forwardingLevelOf(other)).toThrow('forwarding must be one of "all" or "data"');
  });
});
