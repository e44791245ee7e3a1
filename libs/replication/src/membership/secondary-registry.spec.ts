import { setImmediate } from 'node:timers/promises';
import { silentLogger, TidelockError } from '@tidelock/kernel';
import type { ClusterStore, LocalStore } from '@tidelock/store';
import { newStore } from '@tidelock/stream/testing';
import { forgetSecondaries, type KnownSecondary, stateIn } from './known-secondary';
import { SecondaryRegistry } from './secondary-registry';
import { addTo, KEY, loadedRegistry, revokeFrom, secondary } from './secondary-registry.testing';

describe('SecondaryRegistry', () => {
  let store: ClusterStore;
  let registry: SecondaryRegistry;

  beforeEach(async () => {
    store = await newStore();
    registry = await loadedRegistry(store);
  });
  afterEach(async () => {
    registry.close();
    await store.close();
  });

  const revoke = (id: string): Promise<void> => revokeFrom(registry, store, id);
  const add = (more: KnownSecondary): Promise<void> => addTo(registry, store, more);

  it("knows a secondary once the caller's transaction is committed, and not before", async () => {
    const unit = store.begin();
    await registry.add(unit.local, secondary('us-east'));
    expect(registry.all()).toEqual([]);
    expect(registry.recognise('print of us-east')).toBeUndefined();
    await unit.commit();
    await registry.caughtUp();
    expect(registry.all()).toEqual([secondary('us-east')]);
    expect(registry.recognise('print of us-east')).toBe('us-east');
  });

  it('knows it at once, however slow the database is', async () => {
    jest.spyOn(store.local, 'row').mockReturnValue(new Promise(() => undefined));
    const unit = store.begin();
    await registry.add(unit.local, secondary('us-east'));
    await unit.commit();
    expect(registry.all()).toEqual([secondary('us-east')]);
  });

  it('lists secondaries by id and knows each by its own certificate', async () => {
    for (const id of ['c', 'a', 'b']) await add(secondary(id));
    expect(registry.all().map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(registry.recognise('print of b')).toBe('b');
    expect(registry.recognise('print of nobody')).toBeUndefined();
  });

  it('knows the same after a restart', async () => {
    await add(secondary('us-east', { state: 'active' }));
    registry.close();
    registry = await loadedRegistry(store);
    expect(registry.all()).toEqual([secondary('us-east', { state: 'active' })]);
  });

  it.each(['', '-a', 'a-', '.a', 'a.', 'a b', 'a/b', 'ü', 'a\n'])('refuses the id %j', async (id) => {
    await expect(add(secondary(id))).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      status: 400,
      errors: [expect.stringContaining(id === '' ? 'id must be specified' : id)],
    });
    expect(registry.all()).toEqual([]);
  });

  it('refuses an id of more than 128 characters without repeating it', async () => {
    await expect(add(secondary('x'.repeat(129)))).rejects.toMatchObject({
      status: 400,
      errors: ['invalid secondary ID: it has 129 characters, and may have 128'],
    });
    expect(registry.all()).toEqual([]);
  });

  it.each(['a', '7', 'us-east.1_b', 'x'.repeat(128)])('takes the id %j', async (id) => {
    await add(secondary(id));
    expect(registry.all().map((known) => known.id)).toEqual([id]);
  });

  it('refuses an id that is taken', async () => {
    await add(secondary('us-east'));
    await expect(add(secondary('us-east', { fingerprint: 'other' }))).rejects.toMatchObject({
      status: 400,
      errors: [
        'secondary with ID "us-east" already exists: take another id, or revoke this one first (primary/revoke-secondary)',
      ],
    });
    expect(registry.recognise('other')).toBeUndefined();
  });

  it('gives an id to one of two who ask for it at the same time', async () => {
    const units = [store.begin(), store.begin()];
    for (const [i, unit] of units.entries())
      await registry.add(unit.local, secondary('us-east', { fingerprint: `print ${i}` }));
    const outcomes = await Promise.allSettled(units.map((unit) => unit.commit()));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await registry.caughtUp();
    expect(registry.recognise('print 0')).toBe('us-east');
    expect(registry.recognise('print 1')).toBeUndefined();
  });

  it('notes, for good, that a secondary has fetched its keys', async () => {
    await add(secondary('us-east'));
    await registry.activate('us-east', KEY, 10);
    await registry.caughtUp();
    expect(registry.all()).toEqual([secondary('us-east', { state: 'active', publicKey: KEY })]);
    expect(await registry.publicKeyOf('us-east')).toEqual(KEY);
    expect(store.position().replicatedIndex).toBe(0);
  });

  it('lets nobody join whose activation has expired', async () => {
    await add(secondary('us-east', { expiresAt: 100 }));
    await expect(registry.activate('us-east', KEY, 101)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('has expired'),
    });
    expect(registry.states()).toEqual({ 'us-east': 'pending' });
    await registry.activate('us-east', KEY, 100);
    await registry.caughtUp();
    expect(registry.active()).toEqual(['us-east']);
  });

  it('activates nobody who is not on the list', async () => {
    await expect(registry.activate('nobody', KEY, 10)).rejects.toMatchObject({
      code: 'PRIMARY_UNREACHABLE',
      message: expect.stringContaining('was revoked'),
    });
    expect(await registry.publicKeyOf('nobody')).toBeUndefined();
  });

  it('knows nothing of a revoked secondary, from the call on and after a restart', async () => {
    await add(secondary('us-east'));
    const revoked = revoke('us-east');
    expect(registry.recognise('print of us-east')).toBeUndefined();
    await revoked;
    registry.close();
    registry = await loadedRegistry(store);
    expect(registry.all()).toEqual([]);
  });

  it('does not bring a secondary back that is revoked while it becomes active', async () => {
    await add(secondary('us-east'));
    await Promise.allSettled([
      registry.activate('us-east', KEY, 10),
      revoke('us-east'),
      registry.activate('us-east', KEY, 10),
    ]);
    await registry.caughtUp();
    expect(registry.all()).toEqual([]);
    expect(registry.states()).toEqual({ 'us-east': 'revoked' });
  });

  it('has a revoked secondary gone when revoke is over, however slow the reading before was', async () => {
    await add(secondary('us-east'));
    const row = store.local.row.bind(store.local);
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow = jest.spyOn(store.local, 'row').mockImplementationOnce(async (table, id) => {
      const found = await row(table, id);
      await held;
      return found;
    });
    const committed = () =>
      new Promise<void>((resolve) => store.onCommit({ committed: () => resolve(), reloaded: () => undefined }));
    const joined = committed();
    const activation = registry.activate('us-east', KEY, 10);
    await joined;
    const gone = committed();
    const revoked = revoke('us-east');
    await gone;
    await setImmediate();
    release();
    await Promise.all([activation, revoked]);
    await setImmediate();
    expect(registry.recognise('print of us-east')).toBeUndefined();
    slow.mockRestore();
  });

  it('takes revoking an unknown id for no error, and the id may be given again', async () => {
    await revoke('nobody');
    await add(secondary('us-east'));
    await revoke('us-east');
    await add(secondary('us-east', { fingerprint: 'new' }));
    expect(registry.recognise('new')).toBe('us-east');
    expect(registry.recognise('print of us-east')).toBeUndefined();
    expect(registry.states()).toEqual({ 'us-east': 'pending' });
  });

  it('lets an operator revoke one whose row is damaged, and give its id again', async () => {
    await add(secondary('us-east'));
    await registry.activate('us-east', KEY, 10);
    await store.transact(async ({ local }) => {
      const damaged = Object.assign(Object.create(local) as LocalStore, {
        row: () => Promise.reject(new TidelockError('CORRUPT_RECORD')),
      });
      await expect(registry.add(damaged, secondary('us-east'))).rejects.toMatchObject({
        status: 400,
        message: expect.stringContaining('already exists'),
      });
      expect([await registry.revoke(damaged, 'us-east'), await registry.revoke(damaged, 'nobody')]).toEqual([
        'active',
        undefined,
      ]);
    });
    await registry.caughtUp();
    expect(registry.states()).toEqual({ 'us-east': 'revoked' });
    await add(secondary('us-east'));
    expect([await stateIn(store.local, 'us-east'), await stateIn(store.local, 'nobody')]).toEqual([
      'pending',
      undefined,
    ]);
  });

  it('tells pending, active and revoked apart, also after a restart, and does not remember ids that never were', async () => {
    for (const id of ['a', 'b', 'c']) await add(secondary(id));
    await registry.activate('b', KEY, 10);
    await revoke('c');
    await revoke('nobody');
    await registry.caughtUp();
    const states = { a: 'pending', b: 'active', c: 'revoked' };
    expect(registry.states()).toEqual(states);
    expect(registry.all().map(({ id }) => id)).toEqual(['a', 'b']);
    registry.close();
    registry = await loadedRegistry(store);
    expect(registry.states()).toEqual(states);
  });

  it('recognises a secondary again when revoking it has failed', async () => {
    await add(secondary('us-east'));
    const failing = registry.refuseDuring('us-east', async () => {
      expect(registry.recognise('print of us-east')).toBeUndefined();
      throw new Error('no database');
    });
    await expect(failing).rejects.toThrow('no database');
    expect(registry.recognise('print of us-east')).toBe('us-east');
  });

  it('names as recipients of keys those who have joined and are not revoked', async () => {
    for (const id of ['a', 'b', 'c']) await add(secondary(id));
    for (const id of ['b', 'c']) await registry.activate(id, KEY, 10);
    await revoke('c');
    expect(await store.transact((unit) => registry.recipients(unit))).toEqual([{ id: 'b', publicKey: KEY }]);
  });

  it('says so when it cannot read what changed, and goes on with the next', async () => {
    const warn = jest.fn();
    registry.close();
    registry = new SecondaryRegistry(store, { ...silentLogger, warn });
    await registry.load();
    const broken = jest.spyOn(store.local, 'row').mockRejectedValueOnce(new Error('no database'));
    await add(secondary('us-east'));
    expect(warn).toHaveBeenCalledWith(expect.any(String), { reason: 'no database' });
    broken.mockRestore();
    await add(secondary('us-west'));
    expect(registry.all().map(({ id }) => id)).toEqual(['us-east', 'us-west']);
  });

  it('does not let in whose row was changed by hand, and serves the others', async () => {
    for (const id of ['a', 'b']) await add(secondary(id, { state: 'active', publicKey: KEY }));
    const { database } = store as unknown as {
      database: { write(statement: { sql: string; parameters: unknown[] }): Promise<unknown> };
    };
    await database.write({ sql: "UPDATE secondary SET status = 'pending' WHERE id = 'a' RETURNING 1", parameters: [] });
    const error = jest.fn();
    registry.close();
    registry = new SecondaryRegistry(store, { ...silentLogger, error });
    await registry.load();
    expect(registry.all().map(({ id }) => id)).toEqual(['b']);
    expect(registry.recognise('print of a')).toBeUndefined();
    expect(error).toHaveBeenCalledWith(expect.any(String), { ids: 'a' });
    expect((await store.transact((unit) => registry.recipients(unit))).map(({ id }) => id)).toEqual(['b']);
    await store.transact(({ local }) => forgetSecondaries(local));
    expect(await store.local.count('secondary')).toBe(0);
  });

  it('listens no more once it is closed', async () => {
    registry.close();
    await add(secondary('us-east'));
    expect(registry.all()).toEqual([]);
  });

  it('leaves no trace in what is replicated', async () => {
    await add(secondary('us-east'));
    expect(store.position().replicatedIndex).toBe(0);
  });
});
