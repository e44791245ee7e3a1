import { silentLogger, TidelockError } from '@tidelock/kernel';
import type { ClusterStore, UnitOfWork } from '@tidelock/store';
import { MEMBERS } from '../set-members/member';
import { putMember, revokeMember } from '../set-members/member-records';
import { newStore } from '@tidelock/stream/testing';
import type { KnownSecondary } from './known-secondary';
import { SecondaryAdmission } from './secondary-admission';
import type { SecondaryRegistry } from './secondary-registry';
import { addTo, KEY, loadedRegistry, revokeFrom, secondary } from './secondary-registry.testing';

interface RawDatabase {
  all(statement: { sql: string; parameters: unknown[] }): Promise<Record<string, unknown>[]>;
  write(statement: { sql: string; parameters: unknown[] }): Promise<unknown>;
}

describe('A primary lets calls of a secondary in by its state:', () => {
  let store: ClusterStore;
  let registry: SecondaryRegistry;
  let admission: SecondaryAdmission;

  beforeEach(async () => {
    store = await newStore();
    registry = await loadedRegistry(store);
    admission = new SecondaryAdmission(store, registry, silentLogger);
  });
  afterEach(async () => {
    registry.close();
    await store.close();
  });

  const revoke = (id: string): Promise<void> => revokeFrom(registry, store, id);
  const add = (more: KnownSecondary): Promise<void> => addTo(registry, store, more);
  const admitted = (call: string, now = 50, id = 'us-east') => admission.require(id, call, now);
  const OTHER_KEY = { ...KEY, x: 'other' };

  it('before it has joined, a secondary may ask for its keys and nothing else', async () => {
    await add(secondary('us-east', { expiresAt: 100 }));
    await admitted('bootstrap');
    for (const call of ['forward', 'reapply', 'heartbeat', 'merkle-scan', 'stream-keys', 'constructor']) {
      await expect(admitted(call)).rejects.toMatchObject({
        status: 403,
        message: expect.stringContaining('has not joined'),
      });
    }
    await expect(admitted('forward', 101)).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('has expired'),
    });
  });

  it('one that was given its keys, and has not called since, is not shown as one that has joined', async () => {
    await add(secondary('us-east', { expiresAt: 100 }));
    await registry.activate('us-east', KEY, 50);
    expect(registry.states()).toEqual({ 'us-east': 'pending' });
    // It may hold the set's keys.
    expect(registry.active()).toEqual(['us-east']);
    await admitted('heartbeat');
    expect(registry.active()).toEqual(['us-east']);
  });

  it('afterwards it may call everything, and ask for its keys no more', async () => {
    await add(secondary('us-east', { expiresAt: 100 }));
    await registry.activate('us-east', KEY, 50);
    await admitted('heartbeat');
    expect(registry.all()).toEqual([secondary('us-east', { state: 'active', publicKey: KEY })]);
    await expect(registry.activate('us-east', KEY, 50)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('has joined already'),
    });
    registry.close();
    registry = await loadedRegistry(store);
    await expect(registry.activate('us-east', KEY, 50)).rejects.toMatchObject({ status: 400 });
  });

  it('without opening its record as a member at each call', async () => {
    await add(secondary('us-east', { state: 'active' }));
    await store.transact(async ({ replicated }) =>
      putMember(replicated, {
        id: 'us-east',
        state: 'active',
        publicKey: '',
        epoch: 1,
        forwarding: 'all',
        filtered: false,
      }),
    );
    await admitted('heartbeat');
    const openings = [jest.spyOn(store.integrity, 'isAuthentic'), jest.spyOn(store.replicated, 'get')];
    for (const call of ['heartbeat', 'mend', 'forward']) await admitted(call);
    for (const opening of openings) expect(opening).not.toHaveBeenCalled();
  });

  it('until its first other call it may ask again, in time and with the same key: an answer may have been lost', async () => {
    await add(secondary('us-east', { expiresAt: 100 }));
    await registry.activate('us-east', KEY, 50);
    await expect(registry.activate('us-east', OTHER_KEY, 60)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('has joined already'),
    });
    await expect(registry.activate('us-east', KEY, 101)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('has expired'),
    });
    await registry.activate('us-east', KEY, 100);
    expect(await registry.publicKeyOf('us-east')).toEqual(KEY);
  });

  it('when it is revoked, or is being revoked, nothing', async () => {
    await add(secondary('us-east', { state: 'active' }));
    await registry.refuseDuring('us-east', async () => {
      await expect(admitted('heartbeat')).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
    });
    await admitted('heartbeat');
    await revoke('us-east');
    for (const call of ['bootstrap', 'heartbeat', 'forward'])
      await expect(admitted(call)).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
    await expect(admitted('bootstrap', 50, 'nobody')).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
  });

  describe('when a row from before its revocation comes back to the database,', () => {
    const warn = jest.fn();
    const member = { publicKey: '', epoch: 1, forwarding: 'all', filtered: false } as const;
    const register =
      (id: string) =>
      ({ replicated }: Pick<UnitOfWork, 'replicated'>) =>
        putMember(replicated, { ...member, id, state: 'active' });

    /** It joins, is revoked, and has its row again. @param joined told when it had joined. */
    async function restored(joined: () => Promise<void> = async () => undefined): Promise<void> {
      const { database } = store as unknown as { database: RawDatabase };
      await add(secondary('us-east', { expiresAt: 100 }));
      await registry.activate('us-east', KEY, 50, register('us-east'));
      await joined();
      const [row = {}] = await database.all({
        sql: "SELECT status, value FROM secondary WHERE id = 'us-east'",
        parameters: [],
      });
      await registry.refuseDuring('us-east', () =>
        store.transact(async ({ local, replicated }) => {
          await registry.revoke(local, 'us-east');
          await revokeMember(replicated, 'us-east', true);
        }),
      );
      await database.write({
        sql: "UPDATE secondary SET status = ?, value = ? WHERE id = 'us-east' RETURNING 1",
        parameters: [row['status'], row['value']],
      });
      registry.close();
      warn.mockClear();
      registry = await loadedRegistry(store);
      admission = new SecondaryAdmission(store, registry, { ...silentLogger, warn });
      expect(registry.active()).toEqual(['us-east']);
    }

    it.each<[string, () => Promise<void>]>([
      ['called as a member', () => admitted('heartbeat')],
      ['only joined', async () => undefined],
      [
        'left its record as a member for another',
        () => store.transact(async ({ replicated }) => replicated.delete(`${MEMBERS}us-east`)),
      ],
    ])('nothing, and it gets no key: it had %s', async (_, joined) => {
      await restored(joined);
      for (const call of ['bootstrap', 'heartbeat', 'heartbeat', 'renew-certificate', 'set-keys', 'mend'])
        await expect(admitted(call)).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
      expect(warn).toHaveBeenCalledTimes(1);
      expect(warn).toHaveBeenCalledWith(expect.stringContaining('member record was revoked'), { id: 'us-east' });
      await expect(registry.activate('us-east', KEY, 50, register('us-east'))).rejects.toMatchObject({
        code: 'PRIMARY_UNREACHABLE',
      });
      await expect(
        registry.expectRenewed('us-east', 'print of us-east', { fingerprint: 'next', term: 1 }),
      ).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
      expect(await store.transact((unit) => registry.recipients(unit))).toEqual([]);
    });

    it('nothing, until it is given a token again', async () => {
      await restored();
      await revoke('us-east');
      await add(secondary('us-east', { expiresAt: 100 }));
      await admitted('bootstrap');
      await registry.activate('us-east', KEY, 60, register('us-east'));
      await admitted('heartbeat');
      expect(await store.transact((unit) => registry.recipients(unit))).toEqual([{ id: 'us-east', publicKey: KEY }]);
    });
  });

  it('while its record as a member is damaged, what repairs it, and it is sent no keys', async () => {
    await add(secondary('us-east', { state: 'active', publicKey: KEY }));
    await store.transact(async ({ replicated }) =>
      putMember(replicated, {
        id: 'us-east',
        state: 'active',
        publicKey: '',
        epoch: 1,
        forwarding: 'all',
        filtered: false,
      }),
    );
    const whole = jest.spyOn(store.integrity, 'isAuthentic').mockReturnValue(false);
    const get = jest.spyOn(store.replicated, 'get').mockReturnValue(new Promise(() => undefined));
    // They do not wait for what they bring.
    for (const call of ['heartbeat', 'mend']) await admitted(call);
    get.mockRejectedValue(new TidelockError('CORRUPT_RECORD'));
    for (const call of ['stream-keys', 'set-keys', 'merkle-scan', 'forward'])
      await expect(admitted(call)).rejects.toMatchObject({ code: 'CORRUPT_RECORD' });
    const replicated = {
      get: () => Promise.reject(new TidelockError('CORRUPT_RECORD')),
    } as unknown as UnitOfWork['replicated'];
    expect(await store.transact(({ local }) => registry.recipients({ local, replicated }))).toEqual([]);
    whole.mockReturnValue(true);
    get.mockRejectedValue(new TidelockError('STORAGE_UNAVAILABLE'));
    await expect(admitted('heartbeat')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  });
});
