import { scopeOf } from '@tidelock/core/scope';
import type { Migration, MountOrder } from '@tidelock/engine-api';
import { isTidelockError } from '@tidelock/kernel';
import { ensureBuiltIns, readOnlyMountsError, storageViewOf } from '..';
import { mountsRoom } from '../mounts-room.testing';

const loaded = async (options: Parameters<typeof mountsRoom>[0] = {}) => {
  const room = mountsRoom(options);
  await room.memory.commit((unit) => ensureBuiltIns(unit));
  await room.table.load();
  return room;
};

const texts = (work: Promise<unknown>): Promise<readonly string[]> =>
  work.then(() => [], (error: unknown) => (isTidelockError(error, 'INVALID_REQUEST') ? error.errors : Promise.reject(error)));

describe('MountAdmin.enable', () => {
  it('makes a mount with an accessor, a uuid and the engine\'s first entries', async () => {
    const { enable, memory, table } = await loaded();
    const mount = await enable('app/kv', { options: { version: '2' }, description: 'secrets', config: { default_lease_ttl: 60 } });
    expect(mount).toMatchObject({
      path: 'app/kv/', type: 'kv', kind: 'secret', local: false, description: 'secrets', defaultLeaseTtlSeconds: 60, options: { version: '2' },
    });
    expect(mount.accessor).toMatch(/^kv_[0-9a-f]{8}$/);
    expect(table.at('app/kv/')).toEqual(mount);
    expect(memory.records.replicated.get(`entry/${mount.uuid}/config`)?.toString()).toBe(mount.accessor);
  });

  it('keeps a local mount out of the replicated records', async () => {
    const { enable, memory } = await loaded();
    const before = new Map(memory.records.replicated);
    const mount = await enable('here', { local: true, options: { version: '2' } });
    expect(memory.records.replicated).toEqual(before);
    expect(memory.records.local.has(`mount/${mount.uuid}`)).toBe(true);
    expect(memory.records.local.has(`entry/${mount.uuid}/config`)).toBe(true);
  });

  it('knows other names of kv', async () => {
    const { enable } = await loaded();
    expect(await enable('a', { type: 'kv-v2' })).toMatchObject({ type: 'kv', options: { version: '2' } });
    expect(await enable('b', { type: 'generic' })).toMatchObject({ type: 'kv', options: { version: '1' } });
    expect(await enable('c')).toMatchObject({ type: 'kv', options: {} });
  });

  it.each<[string, Partial<MountOrder> & { path: string }, string]>([
    ['the same path', { path: 'kv' }, 'path is already in use at kv/'],
    ['a path below', { path: 'kv/x/y' }, 'path is already in use at kv/'],
    ['a path above', { path: 'deep' }, 'path is already in use at deep/er/'],
    ['an auth path', { path: 'userpass', kind: 'auth', type: 'userpass' }, 'path is already in use at userpass/'],
    ['the token path', { path: 'token', kind: 'auth', type: 'userpass' }, 'path is already in use at token/'],
    ['no type', { path: 'x', type: '' }, 'backend type must be specified as a string'],
    ['an unknown type', { path: 'x', type: 'nope' }, '1 error occurred:\n\t* plugin not found in the catalog: nope\n\n'],
    ['an auth method as an engine', { path: 'x', type: 'userpass' }, '1 error occurred:\n\t* plugin not found in the catalog: userpass\n\n'],
    ['an unknown version', { path: 'x', options: { version: '9' } }, 'unsupported version "9" of "kv"'],
    ['a singleton', { path: 'x', type: 'system' }, 'mount type of "system" is not mountable'],
    ['the token method', { path: 'x', kind: 'auth', type: 'token' }, 'token credential backend cannot be instantiated'],
    ['a path of the service', { path: 'sys/x' }, 'cannot mount "sys/x/"'],
    ['the auth prefix', { path: 'auth' }, 'cannot mount "auth/"'],
    ['no path', { path: '/' }, 'missing path'],
    ['a path with parents', { path: 'a/../b' }, 'path cannot contain parent references'],
    ['an empty segment', { path: 'a//b' }, 'path has an empty segment'],
    ['control characters', { path: 'a\u0000b' }, 'path cannot contain non-printable characters'],
    ['TTLs that contradict', { path: 'x', config: { default_lease_ttl: 2, max_lease_ttl: 1 } }, 'given default lease TTL greater than given max lease TTL'],
    ['a TTL beyond the system\'s', { path: 'x', config: { default_lease_ttl: 1e9 } }, 'given default lease TTL greater than system max lease TTL of 2764800'],
    ['a token type for secrets', { path: 'x', config: { token_type: 'batch' } }, '"token_type" can only be modified on auth mounts'],
    ['a bad visibility', { path: 'x', config: { listing_visibility: 'all' as 'unauth' } }, 'invalid listing visibility type'],
  ])('refuses %s', async (_name, { path, ...order }, text) => {
    const { enable, memory } = await loaded();
    await enable('kv');
    await enable('deep/er');
    await enable('userpass', { kind: 'auth', type: 'userpass' });
    const before = new Map(memory.records.replicated);
    expect(await texts(enable(path, order))).toEqual([text]);
    expect(memory.records.replicated).toEqual(before);
  });

  it('lets one of two callers have a path that both ask for at once', async () => {
    const { memory, admin, table } = await loaded();
    const units = [memory.begin(), memory.begin()];
    for (const unit of units) await admin.enable(scopeOf(unit), { kind: 'secret', type: 'kv', path: 'race' });
    const outcomes = await Promise.allSettled(units.map((unit) => unit.commit()));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await table.settled();
    expect(table.list().filter(({ path }) => path === 'race/')).toHaveLength(1);
  });
});

describe('MountAdmin.disable', () => {
  it('destroys what was stored, in both families, after leases were told to go', async () => {
    const { enable, run, admin, table, memory } = await loaded();
    const { uuid } = await enable('kv', { options: { version: '2' } });
    await run(async (scope) => {
      const unit = scope as unknown as Parameters<typeof storageViewOf>[0];
      for (const key of ['data/a', 'here/b']) await storageViewOf(unit, { uuid, local: false }, { localPrefixes: ['here/'] }).put(key, Buffer.from('x'));
    });
    const seen: string[] = [];
    table.onDeparture(async (mount, when) => void seen.push(`${when} ${mount.path} ${table.route('kv/x') === undefined ? 'gone' : 'routed'}`));
    await run((scope) => admin.disable(scope, 'secret', 'kv'));
    await admin.purger.idle();
    expect(seen).toEqual(['before kv/ routed', 'after kv/ gone']);
    expect([...memory.records.replicated.keys(), ...memory.records.local.keys()].filter((key) => key.includes(uuid))).toEqual([]);
  });

  it('unmounts a big mount at once and destroys the rest behind, also after a restart', async () => {
    const { enable, admin, table, memory } = await loaded();
    const { uuid } = await enable('big');
    await memory.commit(async (unit) => {
      for (let n = 0; n < 2500; n += 1) unit.replicated.put(`entry/${uuid}/${n}`, Buffer.from('x'));
    });
    const entries = () => [...memory.records.replicated.keys()].filter((key) => key.includes(uuid)).length;
    const unit = memory.begin();
    await admin.disable(scopeOf(unit), 'secret', 'big');
    // As if the process ended right after the commit: nothing follows it up.
    table.clear();
    await unit.commit();
    expect(entries()).toBe(1501);
    await table.load();
    expect(table.at('big/')).toBeUndefined();
    await admin.purger.resume();
    await admin.purger.idle();
    expect(entries()).toBe(0);
  });

  it('is no error where nothing is mounted', async () => {
    const { run, admin } = await loaded();
    await run((scope) => admin.disable(scope, 'secret', 'nothing'));
    await run((scope) => admin.disable(scope, 'auth', 'nothing'));
  });

  it.each([
    ['secret', 'sys', 'cannot unmount "sys/"'], ['secret', 'identity', 'cannot unmount "identity/"'],
    ['secret', 'cubbyhole', 'cannot unmount "cubbyhole/"'], ['auth', 'token', 'token credential backend cannot be disabled'],
  ] as const)('refuses the %s mount %s', async (kind, path, text) => {
    const { run, admin } = await loaded();
    expect(await texts(run((scope) => admin.disable(scope, kind, path)))).toEqual([text]);
  });
});

describe('MountAdmin.tune', () => {
  it('changes what is given and keeps the rest', async () => {
    const { enable, run, admin } = await loaded();
    await enable('kv', { description: 'old', config: { max_lease_ttl: 7200 } });
    await run((scope) => admin.tune(scope, 'secret', 'kv', { config: { default_lease_ttl: 60, listing_visibility: 'unauth' }, options: { version: '2' } }));
    expect(admin.find('secret', 'kv')).toMatchObject({
      description: 'old', options: { version: '2' }, defaultLeaseTtlSeconds: 60,
      config: { default_lease_ttl: 60, max_lease_ttl: 7200, listing_visibility: 'unauth' },
    });
    expect(admin.mountAt('kv/data/x')?.options).toEqual({ version: '2' });
    await run((scope) => admin.tune(scope, 'secret', 'kv', { config: { listing_visibility: '' as 'unauth' } }));
    expect(admin.find('secret', 'kv')?.config).not.toHaveProperty('listing_visibility');
  });

  it('serves the other version of an engine from then on', async () => {
    const { enable, run, admin, table } = await loaded();
    await enable('kv');
    expect(table.route('kv/x')?.options.version).toBe('1');
    await run((scope) => admin.tune(scope, 'secret', 'kv', { options: { version: '2' } }));
    expect(table.route('kv/x')?.options.version).toBe('2');
    expect(await texts(run((scope) => admin.tune(scope, 'secret', 'kv', { options: { version: '1' } })))).toEqual(['cannot downgrade mount from version 2']);
  });

  it('refuses what makes no sense', async () => {
    const { enable, run, admin } = await loaded();
    await enable('kv', { config: { default_lease_ttl: 10_800 } });
    const tune = (path: string, config: MountOrder['config'] = {}) => texts(run((scope) => admin.tune(scope, 'secret', path, { config })));
    expect(await tune('kv', { max_lease_ttl: 7200 })).toEqual(['backend max lease TTL of 7200 would be less than backend default lease TTL of 10800']);
    expect(await tune('sys')).toEqual(['cannot tune "sys/"']);
    expect(await tune('nothing')).toEqual(['tune of path "nothing/" failed: no mount entry found']);
  });

  it('keeps the settings of lockout that a change does not name', async () => {
    const { enable, run, admin } = await loaded();
    await enable('up', { kind: 'auth', type: 'userpass' });
    const tune = (user_lockout_config: object) => run((scope) => admin.tune(scope, 'auth', 'up', { config: { user_lockout_config } }));
    await tune({ lockout_threshold: 2, lockout_duration: 3 });
    await tune({ lockout_disable: true });
    expect(admin.find('auth', 'up')?.userLockout).toEqual({ lockout_threshold: 2, lockout_duration: 3, lockout_disable: true });
    expect(await texts(tune({ lockout_threshold: -1 }))).toEqual(['"lockout_threshold" cannot be negative']);
  });

  it('takes settings of lockout only where users are locked', async () => {
    const { enable, run, admin } = await loaded();
    await enable('kv');
    const tune = run((scope) => admin.tune(scope, 'secret', 'kv', { config: { user_lockout_config: { lockout_threshold: 2 } } }));
    expect(await texts(tune)).toEqual(['tuning of user lockout configuration for auth type "kv" not allowed']);
  });

  it('does not lose one of two changes made at once', async () => {
    const { enable, memory, admin } = await loaded();
    await enable('kv');
    const units = [memory.begin(), memory.begin()];
    await admin.tune(scopeOf(units[0]!), 'secret', 'kv', { description: 'a' });
    await admin.tune(scopeOf(units[1]!), 'secret', 'kv', { config: { max_lease_ttl: 5 } });
    const outcomes = await Promise.allSettled(units.map((unit) => unit.commit()));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

describe('MountAdmin.remount', () => {
  it('moves a mount with its data and remembers it', async () => {
    const { enable, run, admin, table } = await loaded();
    const { uuid, accessor } = await enable('from');
    const left: string[] = [];
    table.onDeparture(async ({ path }) => void left.push(path));
    const id = await run((scope) => admin.remount(scope, 'from', '/to/there/'));
    expect(table.at('to/there/')).toMatchObject({ uuid, accessor });
    expect(table.at('from/')).toBeUndefined();
    expect(left).toEqual(['from/', 'from/']);
    expect(await run((scope) => admin.migration(scope, id))).toEqual({ id, sourceMount: 'from/', targetMount: 'to/there/', status: 'success' });
    expect(await run((scope) => admin.migration(scope, 'other'))).toBeUndefined();
  });

  it('keeps the moves of each mount with it, and forgets them when it goes', async () => {
    const { enable, run, admin, memory } = await loaded();
    const [one, other] = [await enable('one'), await enable('other')];
    const first = await run((scope) => admin.remount(scope, 'one', 'two'));
    for (let at = 0; at < 25; at += 1) await run((scope) => admin.remount(scope, at % 2 ? 'b' : at === 0 ? 'other' : 'a', at % 2 ? 'a' : 'b'));
    const moves = (uuid: string) => JSON.parse(memory.records.replicated.get(`core/remount/${uuid}`)?.toString() ?? '[]') as Migration[];
    expect(moves(one.uuid)).toEqual([{ id: first, sourceMount: 'one/', targetMount: 'two/', status: 'success' }]);
    expect(moves(other.uuid)).toHaveLength(20);
    await run((scope) => admin.disable(scope, 'secret', 'two'));
    expect(moves(one.uuid)).toEqual([]);
    expect(await run((scope) => admin.migration(scope, first))).toBeUndefined();
  });

  it('gives the moves that an earlier version kept in one record to their mounts', async () => {
    const { enable, run, admin, memory } = await loaded();
    const [moved, other] = [await enable('now'), await enable('other')];
    const former = [['a', 'elsewhere', 'now'], ['b', 'old', 'gone'], ['c', 'third', 'other']].map(([id, from, to]) => ({ id, sourceMount: `${from}/`, targetMount: `${to}/`, status: 'success' }));
    await memory.commit(async (unit) => unit.replicated.put('core/remounts', Buffer.from(JSON.stringify(former))));
    expect(await run((scope) => admin.migration(scope, 'b'))).toMatchObject({ id: 'b' });
    const id = await run((scope) => admin.remount(scope, 'now', 'then'));
    const moves = (uuid: string) => (JSON.parse(memory.records.replicated.get(`core/remount/${uuid}`)?.toString() ?? '[]') as Migration[]).map((move) => move.id);
    expect([moves(moved.uuid), moves(other.uuid)]).toEqual([[id, 'a'], ['c']]);
    expect(memory.records.replicated.get('core/remounts')).toBeUndefined();
  });

  it('moves a local mount locally', async () => {
    const { enable, run, admin, memory, table } = await loaded();
    await enable('from', { local: true });
    memory.readOnly = true;
    const id = await run((scope) => admin.remount(scope, 'from', 'to'));
    expect(table.at('to/')?.local).toBe(true);
    expect(await run((scope) => admin.migration(scope, id))).toMatchObject({ id });
  });

  it.each([
    ['nope', 'x', 'no matching mount at "nope/"'], ['kv', 'other', 'path already in use at "other/"'],
    ['kv', 'auth/kv', 'cannot remount non-auth mount to auth mount "auth/kv/"'],
    ['auth/userpass', 'x', 'cannot remount auth mount to non-auth mount "x/"'],
    ['sys', 'x', 'cannot remount "sys/"'], ['kv', 'identity/x', 'cannot remount to "identity/x/"'],
  ])('refuses %s to %s', async (from, to, text) => {
    const { enable, run, admin } = await loaded();
    await enable('kv');
    await enable('other');
    await enable('userpass', { kind: 'auth', type: 'userpass' });
    expect(await texts(run((scope) => admin.remount(scope, from, to)))).toEqual([text]);
  });
});

describe('MountAdmin on a secondary', () => {
  const secondary = async (forwarding: boolean) => {
    const policy = { refuseReplicated: (verb: 'add' | 'unmount' | 'remount' | 'tune') => forwarding ? undefined : readOnlyMountsError(verb, 'http://p:8200') };
    const { memory, enable } = await loaded();
    await enable('shared');
    const room = mountsRoom({ policy, store: memory });
    await room.table.load();
    memory.readOnly = true;
    return room;
  };
  const changes = ({ run, admin, enable }: Awaited<ReturnType<typeof secondary>>) => ({
    add: () => enable('new'),
    unmount: () => run((scope) => admin.disable(scope, 'secret', 'shared')),
    tune: () => run((scope) => admin.tune(scope, 'secret', 'shared', { description: 'd' })),
    remount: () => run((scope) => admin.remount(scope, 'shared', 'elsewhere')),
  });

  it('refuses to change replicated mounts, and says where it can be done', async () => {
    const room = await secondary(false);
    const { add, unmount, tune, remount } = changes(room);
    expect(await texts(add())).toEqual([
      'cannot add a non-local mount to a replication secondary', 'enable it on the primary at http://p:8200, or here with local=true',
    ]);
    for (const [verb, change] of Object.entries({ unmount, tune, remount })) {
      expect(await texts(change())).toEqual([`cannot ${verb} a non-local mount on a replication secondary`, 'change it on the primary at http://p:8200']);
    }
  });

  it('hands them to the primary where it is told to, and revokes nothing here before', async () => {
    const room = await secondary(true);
    const left: string[] = [];
    room.table.onDeparture(async ({ path }) => void left.push(path));
    for (const change of Object.values(changes(room))) await expect(change()).rejects.toMatchObject({ code: 'READ_ONLY_REPLICA' });
    expect(left).toEqual([]);
  });

  it('hands changes of mounts to it that it does not know: it may be late, and the mount be there', async () => {
    const { run, admin } = await secondary(true);
    const unknown = [
      () => run((scope) => admin.disable(scope, 'secret', 'unknown')),
      () => run((scope) => admin.tune(scope, 'secret', 'unknown', { description: 'd' })),
      () => run((scope) => admin.remount(scope, 'unknown', 'elsewhere')),
    ];
    for (const change of unknown) await expect(change()).rejects.toMatchObject({ code: 'READ_ONLY_REPLICA' });
    const taken = () => run((scope) => admin.enable(scope, { kind: 'secret', path: 'shared', type: 'kv' }));
    await expect(taken()).rejects.toMatchObject({ code: 'READ_ONLY_REPLICA' });
  });

  it('changes local mounts as it likes', async () => {
    const { enable, run, admin, table } = await secondary(false);
    await enable('mine', { local: true });
    await run((scope) => admin.tune(scope, 'secret', 'mine', { description: 'd' }));
    await run((scope) => admin.remount(scope, 'mine', 'mine-too'));
    expect(table.at('mine-too/')?.description).toBe('d');
    await run((scope) => admin.disable(scope, 'secret', 'mine-too'));
    await admin.purger.idle();
    expect(table.at('mine-too/')).toBeUndefined();
  });
});
