import { newPair } from '@tidelock/replication/testing';
import type { Member } from '../set-members/member';
import { putMember, readMember } from '../set-members/member-records';
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

  it('are none once it is revoked', async () => {
    const set = await newPair(async () => ({ kind: 'inmem' }));
    const { node, store } = set.a;
    await store.transact(async ({ replicated }) => {
      const member = await readMember(replicated, 'b');
      await putMember(replicated, { ...(member as Member), state: 'revoked' });
    });
    await expect(
      store.transact(({ replicated }) => node.filtering.reapplyingOf(replicated, 'b')),
    ).rejects.toMatchObject({ status: 403 });
    await set.close();
  });
});
