import { convertBody, type LockedUsers, UserLockoutService } from '@tidelock/engine-api';
import { engineRequest } from '@tidelock/engine-testing';
import { LockedUsersBody, LockedUsersPaths } from './locked-users.paths';

class Lockout extends UserLockoutService {
  all: LockedUsers[] = [
    { mountAccessor: 'a1', aliases: ['ann'] },
    { mountAccessor: 'a2', aliases: ['ben', 'cal'] },
  ];
  readonly unlocked: string[][] = [];
  override open = (): never => {
    throw new Error('for auth methods');
  };
  override locked = (accessor?: string): LockedUsers[] =>
    this.all.filter(({ mountAccessor }) => accessor === undefined || mountAccessor === accessor);
  override unlock = (...names: string[]): void => void this.unlocked.push(names);
}

describe('sys/locked-users', () => {
  const lockout = new Lockout();
  const paths = new LockedUsersPaths(lockout);
  const list = (raw: Record<string, unknown> = {}) =>
    paths.list(engineRequest({ raw, body: convertBody(LockedUsersBody, raw).body }));

  it("lists the users by mount, most first, in Vault's form", async () => {
    expect(await list()).toEqual({
      data: {
        by_namespace: [
          {
            namespace_id: 'root',
            namespace_path: '',
            counts: 3,
            mount_accessors: [
              { mount_accessor: 'a2', counts: 2, alias_identifiers: ['ben', 'cal'] },
              { mount_accessor: 'a1', counts: 1, alias_identifiers: ['ann'] },
            ],
          },
        ],
        total: 3,
      },
    });
  });

  it('lists those of one mount', async () => {
    expect((await list({ mount_accessor: 'a1' })).data).toMatchObject({
      total: 1,
      by_namespace: [{ mount_accessors: [{ mount_accessor: 'a1' }] }],
    });
    expect((await list({ mount_accessor: '' })).data).toMatchObject({ total: 3 });
  });

  it('answers with an empty list when nobody is locked', async () => {
    const { all } = lockout;
    lockout.all = [];
    expect((await list()).data).toEqual({ by_namespace: [], total: 0 });
    lockout.all = all;
  });

  it('unlocks a user', async () => {
    expect(
      await paths.unlock(engineRequest({ params: { mount_accessor: 'a1', alias_identifier: 'ann' } })),
    ).toBeUndefined();
    expect(lockout.unlocked).toEqual([['a1', 'ann']]);
  });
});
