import type { MountView } from '@tidelock/engine-api';
import { NEVER_DUE } from '@tidelock/store';
import { database, leasing, type Leasing, NOW, PATH } from './lease-manager.testing';

const MINUTE = 60_000;

// On a secondary: the stream or a sync has changed the mounts, and nobody asked before.
describe('Leases whose mount has left its path', () => {
  let set: Leasing;
  beforeEach(async () => {
    set = await leasing();
  });
  afterEach(() => set.close());

  const given = async (count = 1, mount: MountView = database): Promise<string[]> => {
    const caller = await set.loggedIn();
    const made: string[] = [];
    for (let at = 0; at < count; at += 1) made.push((await set.lease(caller, {}, PATH, mount)).leaseId);
    return made;
  };
  const moveTo = (path: string): void => {
    set.mounts.delete(database);
    set.mounts.set({ ...database, path }, set.engine);
  };
  const removed = async (): Promise<void> => {
    set.mounts.delete(database);
    await set.unmounted.left(database);
  };
  const counts = async () => [
    (await set.leases.count('all')).total,
    (await set.leases.count('irrevocable')).total,
    set.engine.undone.length,
  ];
  const back = async (): Promise<void> => {
    set.mounts.set(database, set.engine);
    await set.unmounted.tasks[0]!.run(new AbortController().signal);
  };

  it('are kept as irrevocable, with one line in the log for all', async () => {
    await given(3);
    await removed();
    expect(await counts()).toEqual([3, 3, 0]);
    expect(set.log).toEqual([
      [
        'a mount is gone, and its leases are irrevocable now',
        {
          mount: 'database/',
          accessor: database.accessor,
          leases: 3,
          reason: expect.stringContaining('hidden by a paths filter'),
        },
      ],
    ]);
  });

  it('are over, and whoever revokes them is told why that cannot be, without another line', async () => {
    const [leaseId] = await given();
    await removed();
    expect(await set.lookup(leaseId!)).toMatchObject({ expiresAt: NOW });
    await expect(set.renew(leaseId!, 60)).rejects.toThrow('lease expired');
    await expect(set.leases.revoke({ now: NOW }, leaseId!)).rejects.toMatchObject({
      errors: [expect.stringContaining('its mount is gone from this cluster')],
    });
    expect([await counts(), set.log.length]).toEqual([[1, 1, 0], 1]);
    await set.leases.revokePrefix({ now: NOW }, 'database', { force: true });
    expect(await counts()).toEqual([0, 0, 0]);
  });

  it('are not undone by another mount that has come to their path', async () => {
    await given();
    await removed();
    set.mounts.set({ ...database, accessor: 'database_other', uuid: 'other' }, set.engine);
    await given(2, { ...database, accessor: 'database_other', uuid: 'other' });
    await set.leases.revokePrefix({ now: NOW }, 'database').catch(() => undefined);
    expect(await counts()).toEqual([1, 1, 2]);
  });

  it('stay with a lease of another mount at the same path, which goes on', async () => {
    const [other] = await given(1, { ...database, accessor: 'database_other' });
    await given();
    await removed();
    expect(await set.lookup(other!)).toMatchObject({ expiresAt: NOW + 60 * MINUTE });
  });

  it('are revoked when the mount is back', async () => {
    await given(2);
    await removed();
    await back();
    await set.sweep.sweep(NOW);
    expect(await counts()).toEqual([0, 0, 2]);
  });

  it('wait, and effects outside with them, until a mount that is back has all of its records', async () => {
    await given();
    await removed();
    set.settings.isComplete = false;
    await back();
    expect([await counts(), set.engine.retried]).toEqual([[1, 1, 0], 0]);
    set.settings.isComplete = true;
    await back();
    expect([await counts(), set.engine.retried]).toEqual([[1, 0, 0], 1]);
  });

  it('do not take those along that their engine could not revoke', async () => {
    const [leaseId] = await given();
    set.engine.broken = true;
    for (let at = NOW; (await set.store.local.row('lease', leaseId!))!.expires_at !== NEVER_DUE; at += 1e6)
      await set.leases.revoke({ now: at }, leaseId!).catch(() => undefined);
    await back();
    expect(await counts()).toEqual([1, 1, 0]);
  });

  it('are irrevocable at once when their time comes, where nobody was told that the mount went', async () => {
    await given();
    set.mounts.delete(database);
    await set.sweep.sweep(NOW + 60 * MINUTE);
    expect([await counts(), set.log.length]).toEqual([[1, 1, 0], 1]);
  });

  it('stay due where the mount comes back before they are noted as irrevocable', async () => {
    const [leaseId] = await given();
    set.mounts.delete(database);
    const { transact } = set.store;
    const units = jest
      .spyOn(set.store, 'transact')
      .mockImplementation((work, options) =>
        transact.call(set.store, work, options).finally(() => set.mounts.set(database, set.engine)),
      );
    await expect(set.leases.revoke({ now: NOW }, leaseId!)).rejects.toThrow('its mount is gone');
    units.mockRestore();
    expect([await counts(), set.log]).toEqual([[1, 0, 0], []]);
    await set.sweep.sweep(NOW);
    expect(await counts()).toEqual([0, 0, 1]);
  });

  it('are not revoked while a sync replaces records of the mount, of which an engine would see a part', async () => {
    const [leaseId] = await given();
    set.settings.isBeingSynced = true;
    await expect(set.leases.revoke({ now: NOW }, leaseId!)).rejects.toMatchObject({
      errors: [expect.stringContaining('are being fetched from the primary')],
    });
    expect(await counts()).toEqual([1, 0, 0]);
    set.settings.isBeingSynced = false;
    await set.sweep.sweep(NOW + MINUTE);
    expect(await counts()).toEqual([0, 0, 1]);
  });

  it('are revoked where the mount was moved, from where it is now', async () => {
    const [leaseId] = await given();
    moveTo('moved/');
    await set.unmounted.left(database);
    await expect(set.renew(leaseId!, 60)).rejects.toThrow('lease expired');
    await set.sweep.sweep(NOW);
    expect(await counts()).toEqual([0, 0, 1]);
    expect(set.engine.asked.at(-1)?.mount.path).toBe('moved/');
  });

  it('lose the tokens that were made at that path', async () => {
    const caller = await set.loggedIn();
    const [userpass] = [...set.mounts.keys()].filter(({ path }) => path === 'auth/userpass/');
    set.mounts.delete(userpass!);
    await set.unmounted.left(userpass!);
    expect(await set.store.local.row('token', caller.tokenId)).toBeUndefined();
  });
});
