import { scopeOf } from '@tidelock/core/scope';
import type { MountOrder } from '@tidelock/engine-api';
import { storageViewOf } from '../storage/storage-view';
import { loadedRoom, refusalOf } from '../mounts-room.testing';

describe('MountAdmin.enable', () => {
  it('makes a mount with an accessor and a uuid', async () => {
    const { enable, memory, table } = await loadedRoom();
    const mount = await enable('app/kv', {
      options: { version: '2' },
      description: 'secrets',
      config: { default_lease_ttl: 60 },
    });
    expect(mount).toMatchObject({
      path: 'app/kv/',
      type: 'kv',
      kind: 'secret',
      local: false,
      description: 'secrets',
      defaultLeaseTtlSeconds: 60,
      options: { version: '2' },
    });
    expect(mount.accessor).toMatch(/^kv_[0-9a-f]{8}$/);
    expect(table.at('app/kv/')).toEqual(mount);
    expect(memory.records.replicated.has(`mount/${mount.uuid}`)).toBe(true);
  });

  it('keeps a local mount out of the replicated records', async () => {
    const { enable, memory } = await loadedRoom();
    const before = new Map(memory.records.replicated);
    const mount = await enable('here', { local: true, options: { version: '2' } });
    expect(memory.records.replicated).toEqual(before);
    expect(memory.records.local.has(`mount/${mount.uuid}`)).toBe(true);
  });

  it('knows other names of kv', async () => {
    const { enable } = await loadedRoom();
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
    [
      'an unknown type',
      { path: 'x', type: 'nope' },
      '1 error occurred:\n\t* plugin not found in the catalog: nope\n\n',
    ],
    [
      'an auth method as an engine',
      { path: 'x', type: 'userpass' },
      '1 error occurred:\n\t* plugin not found in the catalog: userpass\n\n',
    ],
    ['an unknown version', { path: 'x', options: { version: '9' } }, 'unsupported version "9" of "kv"'],
    ['a singleton', { path: 'x', type: 'system' }, 'mount type of "system" is not mountable'],
    ['the token method', { path: 'x', kind: 'auth', type: 'token' }, 'token credential backend cannot be instantiated'],
    ['a path of the service', { path: 'sys/x' }, 'cannot mount "sys/x/"'],
    ['the auth prefix', { path: 'auth' }, 'cannot mount "auth/"'],
    ['no path', { path: '/' }, 'missing path'],
    ['a path with parents', { path: 'a/../b' }, 'path cannot contain parent references'],
    ['an empty segment', { path: 'a//b' }, 'path has an empty segment'],
    ['control characters', { path: 'a\u0000b' }, 'path cannot contain non-printable characters'],
    [
      'TTLs that contradict',
      { path: 'x', config: { default_lease_ttl: 2, max_lease_ttl: 1 } },
      'given default lease TTL greater than given max lease TTL',
    ],
    [
      "a TTL beyond the system's",
      { path: 'x', config: { default_lease_ttl: 1e9 } },
      'given default lease TTL greater than system max lease TTL of 2764800',
    ],
    [
      'a token type for secrets',
      { path: 'x', config: { token_type: 'batch' } },
      '"token_type" can only be modified on auth mounts',
    ],
    [
      'a bad visibility',
      { path: 'x', config: { listing_visibility: 'all' as 'unauth' } },
      'invalid listing visibility type',
    ],
  ])('refuses %s', async (_name, { path, ...order }, text) => {
    const { enable, memory } = await loadedRoom();
    await enable('kv');
    await enable('deep/er');
    await enable('userpass', { kind: 'auth', type: 'userpass' });
    const before = new Map(memory.records.replicated);
    expect(await refusalOf(enable(path, order))).toEqual([text]);
    expect(memory.records.replicated).toEqual(before);
  });

  it('lets one of two callers have a path that both ask for at once', async () => {
    const { memory, admin, table } = await loadedRoom();
    const units = [memory.begin(), memory.begin()];
    for (const unit of units) await admin.enable(scopeOf(unit), { kind: 'secret', type: 'kv', path: 'race' });
    const outcomes = await Promise.allSettled(units.map((unit) => unit.commit()));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await table.caughtUp();
    expect(table.list().filter(({ path }) => path === 'race/')).toHaveLength(1);
  });
});

describe('MountAdmin.disable', () => {
  it('destroys what was stored, in both families, after leases were told to go', async () => {
    const { enable, run, admin, table, memory, runtime } = await loadedRoom();
    const { uuid } = await enable('kv', { options: { version: '2' } });
    await run(async (scope) => {
      const unit = scope as unknown as Parameters<typeof storageViewOf>[0];
      for (const key of ['data/a', 'here/b'])
        await storageViewOf(unit, { uuid, local: false }, { localPrefixes: ['here/'] }).put(key, Buffer.from('x'));
    });
    const seen: string[] = [];
    table.onUnmount(
      async (mount, when) =>
        void seen.push(`${when} ${mount.path} ${table.route('kv/x') === undefined ? 'gone' : 'routed'}`),
    );
    await runtime.root.begin(admin.purger);
    await run((scope) => admin.disable(scope, 'secret', 'kv'));
    await runtime.advance(0);
    expect(seen).toEqual(['before kv/ routed', 'after kv/ gone']);
    expect(
      [...memory.records.replicated.keys(), ...memory.records.local.keys()].filter((key) => key.includes(uuid)),
    ).toEqual([]);
  });

  it('unmounts a big mount at once and destroys the rest behind, also after a restart', async () => {
    const { enable, admin, table, memory, runtime } = await loadedRoom();
    const { uuid } = await enable('big');
    await memory.transact(async (unit) => {
      for (let n = 0; n < 2500; n += 1) unit.replicated.put(`entry/${uuid}/${n}`, Buffer.from('x'));
    });
    const entries = () => [...memory.records.replicated.keys()].filter((key) => key.includes(uuid)).length;
    const unit = memory.begin();
    await admin.disable(scopeOf(unit), 'secret', 'big');
    // As if the process ended right after the commit: nothing follows it up.
    table.stop();
    await unit.commit();
    expect(entries()).toBe(1501);
    await table.load();
    expect(table.at('big/')).toBeUndefined();
    await runtime.root.begin(admin.purger);
    await runtime.advance(0);
    expect(entries()).toBe(0);
  });

  it('destroys nothing of a mount that is there again after a restart, and forgets that it was gone', async () => {
    const { enable, admin, table, memory, runtime } = await loadedRoom();
    const { uuid } = await enable('kv');
    const record = memory.records.replicated.get(`mount/${uuid}`)!;
    const unit = memory.begin();
    await admin.disable(scopeOf(unit), 'secret', 'kv');
    table.stop();
    await unit.commit();
    await memory.transact(async ({ replicated, local }) => {
      replicated.put(`mount/${uuid}`, record);
      replicated.put(`entry/${uuid}/a`, Buffer.from('x'));
      local.put('record', { key: `entry/${uuid}/here/b`, value: Buffer.from('x') });
      local.put('record', { key: `core/unmounted/${uuid}`, value: Buffer.from('{}') });
    });
    await table.load();
    await runtime.root.begin(admin.purger);
    await runtime.advance(0);
    const kept = [...memory.records.replicated.keys(), ...memory.records.local.keys()];
    expect(kept.filter((key) => key.includes(uuid)).sort()).toEqual([
      `entry/${uuid}/a`,
      `entry/${uuid}/here/b`,
      `mount/${uuid}`,
    ]);
  });

  it('is no error where nothing is mounted', async () => {
    const { run, admin, memory } = await loadedRoom();
    const before = [...memory.records.replicated, ...memory.records.local];
    await run((scope) => admin.disable(scope, 'secret', 'nothing'));
    await run((scope) => admin.disable(scope, 'auth', 'nothing'));
    expect([...memory.records.replicated, ...memory.records.local]).toEqual(before);
  });

  it.each([
    ['secret', 'sys', 'cannot unmount "sys/"'],
    ['secret', 'identity', 'cannot unmount "identity/"'],
    ['secret', 'cubbyhole', 'cannot unmount "cubbyhole/"'],
    ['auth', 'token', 'token credential backend cannot be disabled'],
  ] as const)('refuses the %s mount %s', async (kind, path, text) => {
    const { run, admin } = await loadedRoom();
    expect(await refusalOf(run((scope) => admin.disable(scope, kind, path)))).toEqual([text]);
  });
});

describe('MountAdmin.tune', () => {
  it('changes what is given and keeps the rest', async () => {
    const { enable, run, admin } = await loadedRoom();
    await enable('kv', { description: 'old', config: { max_lease_ttl: 7200 } });
    await run((scope) =>
      admin.tune(scope, 'secret', 'kv', {
        config: { default_lease_ttl: 60, listing_visibility: 'unauth' },
        options: { version: '2' },
      }),
    );
    expect(admin.find('secret', 'kv')).toMatchObject({
      description: 'old',
      options: { version: '2' },
      defaultLeaseTtlSeconds: 60,
      config: { default_lease_ttl: 60, max_lease_ttl: 7200, listing_visibility: 'unauth' },
    });
    expect(admin.mountAt('kv/data/x')?.options).toEqual({ version: '2' });
    await run((scope) => admin.tune(scope, 'secret', 'kv', { config: { listing_visibility: '' as 'unauth' } }));
    expect(admin.find('secret', 'kv')?.config).not.toHaveProperty('listing_visibility');
  });

  it('serves the other version of an engine from then on', async () => {
    const { enable, run, admin, table } = await loadedRoom();
    await enable('kv');
    expect(table.route('kv/x')?.options.version).toBe('1');
    await run((scope) => admin.tune(scope, 'secret', 'kv', { options: { version: '2' } }));
    expect(table.route('kv/x')?.options.version).toBe('2');
    expect(await refusalOf(run((scope) => admin.tune(scope, 'secret', 'kv', { options: { version: '1' } })))).toEqual([
      'cannot downgrade mount from version 2',
    ]);
  });

  it('refuses what makes no sense', async () => {
    const { enable, run, admin } = await loadedRoom();
    await enable('kv', { config: { default_lease_ttl: 10_800 } });
    const tune = (path: string, config: MountOrder['config'] = {}) =>
      refusalOf(run((scope) => admin.tune(scope, 'secret', path, { config })));
    expect(await tune('kv', { max_lease_ttl: 7200 })).toEqual([
      'backend max lease TTL of 7200 would be less than backend default lease TTL of 10800',
    ]);
    expect(await tune('sys')).toEqual(['cannot tune "sys/"']);
    expect(await tune('nothing')).toEqual(['tune of path "nothing/" failed: no mount entry found']);
  });

  it('keeps the settings of lockout that a change does not name', async () => {
    const { enable, run, admin } = await loadedRoom();
    await enable('up', { kind: 'auth', type: 'userpass' });
    const tune = (user_lockout_config: object) =>
      run((scope) => admin.tune(scope, 'auth', 'up', { config: { user_lockout_config } }));
    await tune({ lockout_threshold: 2, lockout_duration: 3 });
    await tune({ lockout_disable: true });
    expect(admin.find('auth', 'up')?.userLockout).toEqual({
      lockout_threshold: 2,
      lockout_duration: 3,
      lockout_disable: true,
    });
    expect(await refusalOf(tune({ lockout_threshold: -1 }))).toEqual(['"lockout_threshold" cannot be negative']);
  });

  it('takes settings of lockout only where users are locked', async () => {
    const { enable, run, admin } = await loadedRoom();
    await enable('kv');
    const tune = run((scope) =>
      admin.tune(scope, 'secret', 'kv', { config: { user_lockout_config: { lockout_threshold: 2 } } }),
    );
    expect(await refusalOf(tune)).toEqual(['tuning of user lockout configuration for auth type "kv" not allowed']);
  });

  it('does not lose one of two changes made at once', async () => {
    const { enable, memory, admin } = await loadedRoom();
    await enable('kv');
    const units = [memory.begin(), memory.begin()];
    await admin.tune(scopeOf(units[0]!), 'secret', 'kv', { description: 'a' });
    await admin.tune(scopeOf(units[1]!), 'secret', 'kv', { config: { max_lease_ttl: 5 } });
    const outcomes = await Promise.allSettled(units.map((unit) => unit.commit()));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});
