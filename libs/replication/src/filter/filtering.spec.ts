import { newPair } from '@tidelock/replication/testing';
import { pathsFilterOf } from './paths-filter';

const FILTER = pathsFilterOf('deny', ['hidden']);

describe('The filter and level of a former primary that writes something anew', () => {
  it('are those that it has when that is committed', async () => {
    const set = await newPair(async () => ({ kind: 'inmem' }));
    const { node, store } = set.a;
    const seen: unknown[] = [];
    await store.transact(async ({ replicated }) => {
      seen.push(await node.filtering.reapplyingOf(replicated, 'b'));
      if (seen.length === 1) await node.filtering.set('b', FILTER);
      replicated.put('entry/m/a', Buffer.from('x'));
    });
    expect(seen).toEqual([
      { filter: undefined, level: 'all' },
      { filter: FILTER, level: 'data' },
    ]);
    await set.close();
  });
});
