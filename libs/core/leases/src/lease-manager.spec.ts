import { NEVER_DUE } from '@tidelock/store';
import { database, grant, HERE, leasing, type Leasing, NOW, PATH } from './lease-manager.testing';

describe('LeaseManager', () => {
  let { store, tokens, leases, sweep, engine, loggedIn, committed, lease, lookup, renew, list, close } = {} as Leasing;
  beforeEach(async () => {
    ({ store, tokens, leases, sweep, engine, loggedIn, committed, lease, lookup, renew, list, close } =
      await leasing());
  });
  afterEach(() => close());

  it("names a lease after its path and gives it the mount's life", async () => {
    const made = await lease(await loggedIn());
    expect(made).toEqual({
      leaseId: expect.stringMatching(/^database\/creds\/app\/[A-Za-z0-9]{24}$/),
      ttlSeconds: 3600,
      renewable: true,
    });
    expect(await lookup(made.leaseId)).toEqual({
      leaseId: made.leaseId,
      issuedAt: NOW,
      expiresAt: NOW + 3_600_000,
      lastRenewal: null,
      renewable: true,
    });
  });

  it("lets no lease outlive the mount's maximum, the grant's, or the token", async () => {
    expect((await lease(await loggedIn(), { ttlSeconds: 10_000 })).ttlSeconds).toBe(7200);
    expect((await lease(await loggedIn(), { ttlSeconds: 10_000, maxTtlSeconds: 50 })).ttlSeconds).toBe(50);
    expect((await lease(await loggedIn({ ttlSeconds: 60 }))).ttlSeconds).toBe(60);
    const batch = await lease(await loggedIn({ ttlSeconds: 60, tokenType: 'batch' }));
    expect(batch.ttlSeconds).toBe(60);
    expect((await renew(batch.leaseId, 500)).ttlSeconds).toBe(60);
  });

  it('makes none that the primary would not take back', async () => {
    const caller = await loggedIn();
    await expect(lease(caller, { internal: { key: 'x'.repeat(65_536) } })).rejects.toThrow('puts too much into');
    await lease(caller, { internal: { key: 'x'.repeat(65_000) } });
  });

  it('makes none for a token that was revoked meanwhile', async () => {
    const caller = await loggedIn();
    await committed((unit) => tokens.revokeTree(unit, caller.tokenId, NOW));
    await expect(lease(caller)).rejects.toMatchObject({ status: 403 });
  });

  it('has a secret that was given back undone once the change that made it on the primary has come', async () => {
    const changed = (): Promise<void> => committed(async ({ replicated }) => replicated.put('entry/x', Buffer.of(1)));
    const index = store.position().replicatedIndex + 2;
    await leases.giveBack({ path: 'database/creds/app', mount: database, now: NOW }, grant, index);
    await sweep.sweep(NOW);
    await changed();
    await sweep.sweep(NOW + 10_000);
    expect([engine.undone, await leases.count('all')]).toMatchObject([[], { total: 1 }]);
    await changed();
    await sweep.sweep(NOW + 20_000);
    expect([engine.undone, await leases.count('all')]).toMatchObject([[grant.internal['username']], { total: 0 }]);
  });

  it('keeps a lease that is revoked before the change that made its secret on the primary has come', async () => {
    const caller = await loggedIn();
    const index = store.position().replicatedIndex + 1;
    const { leaseId } = await committed((unit) =>
      leases.register(unit, caller, { path: 'database/creds/app', mount: database, now: NOW }, grant, index),
    );
    await expect(leases.revoke({ now: NOW }, leaseId)).rejects.toMatchObject({ status: 400 });
    await committed(async ({ replicated }) => replicated.put('entry/x', Buffer.of(1)));
    await sweep.sweep(NOW + 10_000);
    expect([engine.undone, await leases.count('all')]).toMatchObject([[grant.internal['username']], { total: 0 }]);
  });

  it('renews up to the maximum, counted from the beginning', async () => {
    const { leaseId } = await lease(await loggedIn());
    expect(await renew(leaseId, 600)).toMatchObject({ leaseId, ttlSeconds: 600, renewable: true });
    expect((await renew(leaseId, 0, NOW + 500_000)).ttlSeconds).toBe(3600);
    expect(await renew(leaseId, 9000, NOW + 1_000_000)).toMatchObject({
      ttlSeconds: 6200,
      warnings: [expect.stringContaining('max_ttl')],
    });
    expect(await lookup(leaseId)).toMatchObject({ lastRenewal: NOW + 1_000_000, expiresAt: NOW + 7_200_000 });
  });

  it("refuses what cannot be renewed in Vault's words", async () => {
    const fixed = await lease(await loggedIn(), { renewable: false });
    const short = await lease(await loggedIn(), { ttlSeconds: 10 });
    await expect(renew('database/creds/app/none', 0)).rejects.toMatchObject({
      status: 400,
      message: 'lease not found',
    });
    await expect(renew(fixed.leaseId, 0)).rejects.toMatchObject({ status: 400, message: 'lease is not renewable' });
    await expect(renew(short.leaseId, 0, NOW + 10_000)).rejects.toMatchObject({
      status: 400,
      message: 'lease expired',
    });
    await expect(lookup('none')).rejects.toMatchObject({ status: 400, message: 'invalid lease' });
    await expect(lookup(short.leaseId, NOW + 10_000)).rejects.toMatchObject({ message: 'invalid lease' });
  });

  it('tells the engine of its mount, of the time and of who asks, if anybody does', async () => {
    const [first, second] = [await lease(await loggedIn()), await lease(await loggedIn())];
    await renew(first.leaseId, 0);
    await leases.revoke({ now: NOW + 1, connection: HERE }, first.leaseId);
    await sweep.sweep(NOW + 3_600_000);
    expect(engine.asked.map(({ mount, now, connection }) => [mount.path, now - NOW, connection])).toEqual([
      ['database/', 0, HERE],
      ['database/', 1, HERE],
      ['database/', 3_600_000, undefined],
    ]);
    expect(second.leaseId).not.toBe(first.leaseId);
  });

  it('undoes a secret when its lease is revoked; an unknown one is no error', async () => {
    const { leaseId } = await lease(await loggedIn());
    await leases.revoke({ now: NOW }, leaseId);
    await leases.revoke({ now: NOW }, 'database/creds/app/none');
    expect(engine.undone).toEqual(['v-1']);
    await expect(lookup(leaseId)).rejects.toThrow('invalid lease');
  });

  it('keeps what could not be undone, tries again later and gives up in the end', async () => {
    const { leaseId } = await lease(await loggedIn());
    engine.broken = true;
    await expect(leases.revoke({ now: NOW }, leaseId)).rejects.toMatchObject({
      status: 400,
      message: `failed to revoke "${leaseId}": connection refused`,
    });
    const pauses: number[] = [];
    for (let due = NOW; ;) {
      const row = await store.local.row('lease', leaseId);
      if (row?.expires_at === NEVER_DUE) break;
      pauses.push((row!.expires_at - due) / 1000);
      due = row!.expires_at;
      await sweep.sweep(due - 1);
      expect((await store.local.row('lease', leaseId))!.expires_at).toBe(due);
      await sweep.sweep(due);
    }
    expect(pauses).toEqual([10, 20, 40, 80, 160]);
    expect(await leases.count('irrevocable')).toEqual({ total: 1, byMount: { [database.accessor]: 1 } });
    expect(await lookup(leaseId)).toMatchObject({ expiresAt: NOW });
    await expect(renew(leaseId, 0)).rejects.toThrow('lease expired');
  });

  it('drops it by force, and gives up what is left outside of requests that failed', async () => {
    const { leaseId } = await lease(await loggedIn());
    engine.broken = true;
    await expect(leases.revokePrefix({ now: NOW }, 'database')).rejects.toThrow(`failed to revoke "${leaseId}"`);
    expect(engine.givenUp).toEqual([]);
    await leases.revokePrefix({ now: NOW }, 'database', { force: true });
    expect(await store.local.count('lease')).toBe(0);
    expect(engine.givenUp).toEqual(['database/']);
  });

  it('revokes all leases below a prefix, and only those', async () => {
    const caller = await loggedIn();
    for (const path of ['database/creds/app', 'database/creds/app', 'database/creds/application'])
      await lease(caller, {}, path);
    await leases.revokePrefix({ now: NOW }, 'database/creds/app');
    expect(await list('database/creds/')).toEqual(['application/']);
    expect(engine.undone).toHaveLength(2);
  });

  it('revokes of one mount what it has given, and what nobody knows who has, whatever others left at its path', async () => {
    const caller = await loggedIn();
    const made = [];
    for (const accessor of ['gone', database.accessor, ''])
      made.push((await lease(caller, {}, PATH, { ...database, accessor })).leaseId);
    await leases.revokePrefix({ now: NOW }, database.path, { mount: database.accessor });
    const left = (await store.local.heads('lease', { column: 'id', prefix: database.path })).map(({ id }) => id);
    expect([left, engine.undone.length]).toEqual([[made[0]], 2]);
  });

  it('leaves it to the sweep when nobody wants to wait', async () => {
    const { leaseId } = await lease(await loggedIn());
    await leases.revokePrefix({ now: NOW }, 'database/', { wait: false });
    expect(engine.undone).toEqual([]);
    await expect(lookup(leaseId)).rejects.toThrow('invalid lease');
    await sweep.sweep(NOW);
    expect(engine.undone).toEqual(['v-1']);
  });

  it('shows tokens as leases: found, listed, renewed and revoked by lease id', async () => {
    const caller = await loggedIn();
    const leaseId = `auth/userpass/login/tester/h${caller.tokenId}`;
    expect(await lookup(leaseId)).toMatchObject({
      leaseId,
      issuedAt: NOW,
      expiresAt: NOW + 36_000_000,
      renewable: true,
    });
    expect(await list('auth/')).toEqual(['userpass/']);
    expect(await list('auth/userpass/login/')).toEqual(['tester/']);
    expect(await list('auth/userpass/login/tester/')).toEqual([`h${caller.tokenId}`]);
    expect((await renew(leaseId, 100)).ttlSeconds).toBe(100);
    await expect(lookup(`auth/userpass/login/other/h${caller.tokenId}`)).rejects.toThrow('invalid lease');
    await leases.revoke({ now: NOW }, leaseId);
    expect(await tokens.authenticate(caller.clientToken, HERE, NOW)).toBeUndefined();
  });

  it('ends the tokens made below a prefix', async () => {
    const [one, two] = [await loggedIn(), await loggedIn()];
    await lease(one);
    await leases.revokePrefix({ now: NOW }, 'auth/userpass/login/tester');
    for (const { clientToken } of [one, two]) expect(await tokens.authenticate(clientToken, HERE, NOW)).toBeUndefined();
    await sweep.sweep(NOW);
    expect(engine.undone).toEqual(['v-1']);
  });

  it('lists folder by folder, whatever names stand side by side', async () => {
    const caller = await loggedIn();
    for (const path of ['database/a', 'database/a-b', 'database/a/b', 'database/a.b']) await lease(caller, {}, path);
    expect(await list('')).toEqual(['auth/', 'database/']);
    expect(await list('database/')).toEqual(['a-b/', 'a.b/', 'a/']);
    expect(await list('database/a/')).toEqual(expect.arrayContaining(['b/']));
    expect(await list('database/a/')).toHaveLength(2);
    expect(await list('nothing/')).toEqual([]);
  });

  it('counts', async () => {
    const caller = await loggedIn();
    for (let i = 0; i < 3; i++) await lease(caller);
    expect(await leases.count('all')).toEqual({ total: 3, byMount: { [database.accessor]: 3 } });
  });
});
