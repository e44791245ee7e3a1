import { TidelockError } from '@tidelock/kernel';
import { ensureBuiltIns } from '..';
import { loadedRoom, replicatedMount, mountsRoom } from '../mounts-room.testing';
import { mountKey } from '../records/mount-records';

describe('MountTable', () => {
  it('serves the built-in mounts, made once', async () => {
    const { table, memory } = await loadedRoom();
    expect(table.list().map(({ path, type, local }) => [path, type, local])).toEqual([
      ['auth/token/', 'token', false],
      ['cubbyhole/', 'cubbyhole', true],
      ['identity/', 'identity', false],
      ['sys/', 'system', false],
    ]);
    const before = new Map(memory.records.replicated);
    await memory.transact((unit) => ensureBuiltIns(unit));
    expect(memory.records.replicated).toEqual(before);
    expect(table.at('auth/token/')).toMatchObject({
      accessor: expect.stringMatching(/^auth_token_[0-9a-f]{8}$/),
      tokenType: 'default-service',
    });
  });

  it('makes only the local built-in mounts on a secondary', async () => {
    const { memory, table } = mountsRoom();
    memory.readOnly = true;
    await memory.transact((unit) => ensureBuiltIns(unit, 'local'));
    await table.load();
    expect(table.list().map(({ path }) => path)).toEqual(['cubbyhole/']);
  });

  it('routes by the longest mount, with what lies below it', async () => {
    const { table, enable } = await loadedRoom();
    await enable('team/app');
    await enable('team-app', { options: { version: '2' } });
    expect(table.route('team/app/x/y')).toMatchObject({ relative: 'x/y', options: { version: '1' } });
    expect(table.route('team/app')?.relative).toBe('');
    expect(table.route('team-app/data/x')).toMatchObject({ relative: 'data/x', options: { version: '2' } });
    expect(table.route('team')).toBeUndefined();
    expect(table.route('team/apple/x')).toBeUndefined();
  });

  it('is the same after a restart', async () => {
    const { table, memory, enable } = await loadedRoom();
    await enable('a', { local: true, description: 'd', config: { max_lease_ttl: 60 } });
    const again = mountsRoom({ store: memory }).table;
    expect(again.list()).toEqual([]);
    await again.load();
    expect(again.list()).toEqual(table.list());
    expect(again.at('a/')).toMatchObject({ description: 'd', maxLeaseTtlSeconds: 60, defaultLeaseTtlSeconds: 60 });
  });

  it('is empty when sealed, and learns nothing then', async () => {
    const { table, enable } = await loadedRoom();
    table.stop();
    expect(table.list()).toEqual([]);
    await enable('later');
    expect(table.route('later/x')).toBeUndefined();
    await table.load();
    expect(table.route('later/x')).toBeDefined();
  });

  it('follows the stream: mounts come, move and go', async () => {
    const { table, memory } = await loadedRoom();
    const left: string[] = [];
    table.onUnmount(async ({ path }, when) => void left.push(`${path} ${when}`));
    memory.stream(replicatedMount('new/'));
    expect(table.caughtUp()).toBeDefined();
    await table.caughtUp();
    expect(table.caughtUp()).toBeUndefined();
    expect(table.route('new/x')?.mount.accessor).toBe('kv_from-primary');
    memory.stream(replicatedMount('moved/'));
    await table.caughtUp();
    expect([table.route('new/x'), table.route('moved/x')?.relative]).toEqual([undefined, 'x']);
    memory.stream({ [mountKey('from-primary')]: null });
    await table.caughtUp();
    expect(table.route('moved/x')).toBeUndefined();
    expect(left).toEqual(['new/ after', 'moved/ after']);
  });

  it('tells that mounts have come, and not that they have changed or gone', async () => {
    const { table, memory } = await loadedRoom();
    let told = 0;
    table.onMount(() => (told += 1));
    for (const [change, expected] of [
      [replicatedMount('new/'), 1],
      [replicatedMount('moved/'), 1],
      [{ [mountKey('from-primary')]: null }, 1],
      [replicatedMount('moved/'), 2],
    ] as const) {
      memory.stream(change);
      await table.caughtUp();
      expect(told).toBe(expected);
    }
  });

  it('finds a mount by its accessor, wherever it is, until it is gone', async () => {
    const { table, memory } = await loadedRoom();
    const pathNow = async (change: Parameters<typeof memory.stream>[0]) => {
      memory.stream(change);
      await table.caughtUp();
      return table.mountWith(memory.begin(), 'kv_from-primary')?.mount.path;
    };
    expect(await pathNow(replicatedMount('new/'))).toBe('new/');
    expect(await pathNow(replicatedMount('moved/'))).toBe('moved/');
    expect(await pathNow({ [mountKey('from-primary')]: null })).toBeUndefined();
    await pathNow(replicatedMount('again/'));
    table.stop();
    expect(table.mountWith(memory.begin(), 'kv_from-primary')).toBeUndefined();
  });

  it('sees commits that come while it reads', async () => {
    const { table, memory } = await loadedRoom();
    memory.stream(replicatedMount('one/'));
    memory.stream(replicatedMount('two/'));
    const caughtUp = table.caughtUp();
    memory.stream(replicatedMount('three/'));
    await caughtUp;
    expect(table.at('three/')).toBeDefined();
  });

  it('tries again after a read that failed', async () => {
    const { table, memory } = await loadedRoom();
    memory.failure = new TidelockError('INTERNAL');
    memory.stream(replicatedMount('new/'));
    await expect(table.caughtUp()).rejects.toThrow('internal error');
    memory.failure = undefined;
    await table.caughtUp();
    expect(table.at('new/')).toBeDefined();
  });

  it('leaves a local mount its path, and says which replicated mount it hides', async () => {
    const { table, memory, enable, run, admin } = await loadedRoom();
    await enable('taken/here', { local: true });
    memory.stream(replicatedMount('taken/'));
    await table.caughtUp();
    expect(table.conflicts).toEqual([{ path: 'taken/', accessor: 'kv_from-primary', localPath: 'taken/here/' }]);
    expect(table.route('taken/here/x')?.mount.local).toBe(true);
    expect(table.list().map(({ path }) => path)).not.toContain('taken/');
    await run((scope) => admin.disable(scope, 'secret', 'taken/here'));
    expect(table.conflicts).toEqual([]);
    expect(table.route('taken/here/x')).toMatchObject({ relative: 'here/x', mount: { local: false } });
  });

  it('tells an engine that its stored keys changed, also from the stream, and survives its failure', async () => {
    const { kv, enable, memory, table } = await loadedRoom();
    const { uuid, accessor } = await enable('kv2', { options: { version: '2' } });
    await table.route('kv2/')?.open?.use(async () => undefined);
    kv.invalidated.length = 0;
    kv.broken = true;
    memory.stream({ [`entry/${uuid}/data/x`]: Buffer.from('1') });
    memory.stream({ 'entry/unknown/data/x': Buffer.from('1') });
    await memory.transact(async (unit) =>
      unit.local.put('record', { key: `entry/${uuid}/here/y`, value: Buffer.from('1') }),
    );
    expect(kv.invalidated).toEqual([`${accessor} data/x`, `${accessor} here/y`]);
  });

  it('finds mounts by uuid, and the engine behind a path', async () => {
    const { table, enable, memory } = await loadedRoom();
    const { uuid } = await enable('kv2', { options: { version: '2' } });
    expect(table.byUuid(uuid)?.path).toBe('kv2/');
    memory.stream({ [`entry/${uuid}/config`]: Buffer.from('1') });
    const engine = table.engineOf(memory.begin(), 'kv2/data/x');
    expect(await engine?.storage.get('config')).toEqual(Buffer.from('1'));
    memory.stream(replicatedMount('later/', { uuid: 'later', type: 'type-of-a-later-build' }));
    await table.caughtUp();
    expect(table.route('later/x')?.mount.path).toBe('later/');
    expect(table.engineOf(memory.begin(), 'later/x')).toBeUndefined();
    expect(table.engineOf(memory.begin(), 'nothing/x')).toBeUndefined();
    expect(table.mountIn(memory.begin(), 'later')).toEqual({ mount: table.at('later/') });
    expect(table.mountIn(memory.begin(), engine!.mount.uuid)).toMatchObject({ mount: { path: 'kv2/' }, storage: {} });
    expect(table.mountIn(memory.begin(), 'gone')).toBeUndefined();
  });
});
