import type { Migration } from '@tidelock/engine-api';
import { loadedRoom, refusalOf } from '../mounts-room.testing';

describe('MountAdmin.remount', () => {
  it('moves a mount with its data and remembers it', async () => {
    const { enable, run, admin, table } = await loadedRoom();
    const { uuid, accessor } = await enable('from');
    const left: string[] = [];
    table.onUnmount(async ({ path }) => void left.push(path));
    const id = await run((scope) => admin.remount(scope, 'from', '/to/there/'));
    expect(table.at('to/there/')).toMatchObject({ uuid, accessor });
    expect(table.at('from/')).toBeUndefined();
    expect(left).toEqual(['from/', 'from/']);
    expect(await run((scope) => admin.migration(scope, id))).toEqual({
      id,
      sourceMount: 'from/',
      targetMount: 'to/there/',
      status: 'success',
    });
    expect(await run((scope) => admin.migration(scope, 'other'))).toBeUndefined();
  });

  it('keeps the moves of each mount with it, and forgets them when it goes', async () => {
    const { enable, run, admin, memory } = await loadedRoom();
    const [one, other] = [await enable('one'), await enable('other')];
    const first = await run((scope) => admin.remount(scope, 'one', 'two'));
    for (let at = 0; at < 25; at += 1)
      await run((scope) => admin.remount(scope, at % 2 ? 'b' : at === 0 ? 'other' : 'a', at % 2 ? 'a' : 'b'));
    const moves = (uuid: string) =>
      JSON.parse(memory.records.replicated.get(`core/remount/${uuid}`)?.toString() ?? '[]') as Migration[];
    expect(moves(one.uuid)).toEqual([{ id: first, sourceMount: 'one/', targetMount: 'two/', status: 'success' }]);
    expect(moves(other.uuid)).toHaveLength(20);
    await run((scope) => admin.disable(scope, 'secret', 'two'));
    expect(moves(one.uuid)).toEqual([]);
    expect(await run((scope) => admin.migration(scope, first))).toBeUndefined();
  });

  it('gives the moves that an earlier version kept in one record to their mounts', async () => {
    const { enable, run, admin, memory } = await loadedRoom();
    const [moved, other] = [await enable('now'), await enable('other')];
    const former = [
      ['a', 'elsewhere', 'now'],
      ['b', 'old', 'gone'],
      ['c', 'third', 'other'],
    ].map(([id, from, to]) => ({ id, sourceMount: `${from}/`, targetMount: `${to}/`, status: 'success' }));
    await memory.transact(async (unit) => unit.replicated.put('core/remounts', Buffer.from(JSON.stringify(former))));
    expect(await run((scope) => admin.migration(scope, 'b'))).toMatchObject({ id: 'b' });
    const id = await run((scope) => admin.remount(scope, 'now', 'then'));
    const moves = (uuid: string) =>
      (JSON.parse(memory.records.replicated.get(`core/remount/${uuid}`)?.toString() ?? '[]') as Migration[]).map(
        (move) => move.id,
      );
    expect([moves(moved.uuid), moves(other.uuid)]).toEqual([[id, 'a'], ['c']]);
    expect(memory.records.replicated.get('core/remounts')).toBeUndefined();
  });

  it('moves a local mount locally', async () => {
    const { enable, run, admin, memory, table } = await loadedRoom();
    await enable('from', { local: true });
    memory.readOnly = true;
    const id = await run((scope) => admin.remount(scope, 'from', 'to'));
    expect(table.at('to/')?.local).toBe(true);
    expect(await run((scope) => admin.migration(scope, id))).toMatchObject({ id });
  });

  it.each([
    ['nope', 'x', 'no matching mount at "nope/"'],
    ['kv', 'other', 'path already in use at "other/"'],
    ['kv', 'auth/kv', 'cannot remount non-auth mount to auth mount "auth/kv/"'],
    ['auth/userpass', 'x', 'cannot remount auth mount to non-auth mount "x/"'],
    ['sys', 'x', 'cannot remount "sys/"'],
    ['kv', 'identity/x', 'cannot remount to "identity/x/"'],
  ])('refuses %s to %s', async (from, to, text) => {
    const { enable, run, admin } = await loadedRoom();
    await enable('kv');
    await enable('other');
    await enable('userpass', { kind: 'auth', type: 'userpass' });
    expect(await refusalOf(run((scope) => admin.remount(scope, from, to)))).toEqual([text]);
  });
});
