import type { MountEntry, UserLockoutConfig } from '@tidelock/engine-api';
import { type Logger, silentLogger } from '@tidelock/kernel';
import type { LockoutSettings } from './lockout-rules';
import { UserLockout } from './user-lockout';

const MINUTE = 60_000;
const DENIED = { code: 'PERMISSION_DENIED', status: 403 };
const NO_SETTINGS: LockoutSettings = { disabled: false, byType: new Map() };

/** Comparisons that end when the test says so. */
class Comparisons {
  readonly begun: ((right: boolean) => void)[] = [];
  readonly isRight = (): Promise<boolean> => new Promise((resolve) => this.begun.push(resolve));
}

const turns = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

describe('UserLockout', () => {
  let now = 0;
  let mount: MountEntry;
  let lockout: UserLockout;
  const open = (settings = NO_SETTINGS, logger: Logger = silentLogger): UserLockout =>
    new UserLockout({ mounts: { list: () => [mount] }, settings, clock: { now: () => now }, logger });
  const tune = (userLockout: UserLockoutConfig): void => {
    mount = { ...mount, userLockout };
  };
  const login = (alias = 'u') => ({ mount, alias, attempt: { requestId: 'request-1', remoteAddress: '192.0.2.1' } });
  const failing = async (times: number, alias = 'u'): Promise<void> => {
    for (let i = 0; i < times; i++) await lockout.attempt(login(alias), async () => false);
  };
  const check =
    (alias = 'u') =>
    () =>
      lockout.refuseLocked(login(alias));

  beforeEach(() => {
    now = 0;
    mount = { accessor: 'auth_userpass_1', path: 'auth/userpass/', type: 'userpass' } as MountEntry;
    lockout = open();
  });

  it('locks a name after five failures, for 15 minutes from the last', async () => {
    await failing(5);
    expect(check()).toThrow(expect.objectContaining(DENIED));
    await expect(lockout.attempt(login(), async () => true)).rejects.toMatchObject(DENIED);
    expect(check('v')).not.toThrow();
    now = 15 * MINUTE - 1;
    expect(check()).toThrow();
    now = 15 * MINUTE;
    expect(check()).not.toThrow();
    await failing(4);
    expect(check()).not.toThrow();
  });

  it('counts anew after a success, and after 15 quiet minutes', async () => {
    await failing(4);
    expect(await lockout.attempt(login(), async () => true)).toBe(true);
    await failing(4);
    now = 15 * MINUTE;
    await failing(4);
    expect(check()).not.toThrow();
  });

  it('lets guesses made side by side fail no more often than guesses in turn', async () => {
    await failing(2);
    const { begun, isRight } = new Comparisons();
    const guesses = Array.from({ length: 100 }, () => lockout.attempt(login(), isRight));
    await turns();
    expect(begun).toHaveLength(3);
    for (const end of begun) end(false);
    const outcomes = await Promise.allSettled(guesses);
    expect(begun).toHaveLength(3);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(
      outcomes.filter((outcome) => outcome.status === 'rejected' && outcome.reason.code === 'PERMISSION_DENIED'),
    ).toHaveLength(97);
  });

  it('lets all logins with the right password in, however many come at once', async () => {
    await failing(4);
    const all = Array.from({ length: 50 }, () => lockout.attempt(login(), async () => true));
    expect(await Promise.all(all)).toEqual(Array.from({ length: 50 }, () => true));
  });

  it('counts neither as failure nor as success what could not be compared', async () => {
    await failing(4);
    for (let i = 0; i < 3; i++) {
      await expect(lockout.attempt(login(), () => Promise.reject(new Error('no room')))).rejects.toThrow('no room');
    }
    expect(check()).not.toThrow();
    await failing(1);
    expect(check()).toThrow();
  });

  it("goes by the mount's tuning, as it is now", async () => {
    tune({ lockout_threshold: 2, lockout_duration: 60 });
    await failing(2);
    expect(check()).toThrow();
    tune({ lockout_threshold: 2, lockout_duration: 60, lockout_disable: true });
    expect(check()).not.toThrow();
    tune({ lockout_threshold: 2, lockout_duration: 60 });
    now = MINUTE;
    expect(check()).not.toThrow();
  });

  it('forgets failures after the reset time, a lock only after its own', async () => {
    tune({ lockout_threshold: 2, lockout_counter_reset_duration: 60, lockout_duration: 600 });
    await failing(1);
    now = MINUTE;
    await failing(1);
    expect(check()).not.toThrow();
    await failing(1);
    now = 10 * MINUTE;
    expect(check()).toThrow();
  });

  it('takes what the configuration says: the mount before its type, the type before all, each setting by itself', async () => {
    lockout = open({
      disabled: false,
      byType: new Map<string, UserLockoutConfig>([
        ['all', { lockout_threshold: 4, lockout_duration: 60 }],
        ['userpass', { lockout_threshold: 3 }],
      ]),
    });
    await failing(3);
    expect(check()).toThrow();
    now = MINUTE;
    expect(check()).not.toThrow();
    tune({ lockout_threshold: 1 });
    await failing(1);
    expect(check()).toThrow();
    mount = { ...mount, type: 'ldap', accessor: 'auth_ldap_1' };
    tune({});
    await failing(3);
    expect(check()).not.toThrow();
    await failing(1);
    expect(check()).toThrow();
  });

  it.each<[string, LockoutSettings]>([
    ['everywhere', { disabled: true, byType: new Map() }],
    ['for the type', { disabled: false, byType: new Map([['userpass', { lockout_disable: true }]]) }],
    [
      'for all types',
      {
        disabled: false,
        byType: new Map<string, UserLockoutConfig>([
          ['all', { lockout_disable: true }],
          ['userpass', { lockout_threshold: 2 }],
        ]),
      },
    ],
  ])('locks nobody where it is turned off %s', async (_where, settings) => {
    lockout = open(settings);
    tune({ lockout_disable: false, lockout_threshold: 1 });
    await failing(9);
    expect(check()).not.toThrow();
  });

  it('stays on for a type that turns it on again', async () => {
    lockout = open({
      disabled: false,
      byType: new Map([
        ['all', { lockout_disable: true }],
        ['userpass', { lockout_disable: false }],
      ]),
    });
    await failing(5);
    expect(check()).toThrow();
  });

  it('says once that a name is locked, on which mount, and after how many failures', async () => {
    const said: unknown[] = [];
    lockout = open(NO_SETTINGS, { ...silentLogger, info: (...line) => void said.push(line) });
    await failing(4, 'ann');
    expect(said).toEqual([]);
    const line = [
      'a user is locked out after failed logins',
      { mount: 'auth/userpass/', failures: 5, requestId: 'request-1', remoteAddress: '192.0.2.1' },
    ];
    await failing(1, 'ann');
    await expect(failing(1, 'ann')).rejects.toMatchObject(DENIED);
    expect(said).toEqual([line]);
    now = 15 * MINUTE;
    await failing(5, 'ann');
    expect(said).toEqual([line, line]);
    lockout = open({ disabled: true, byType: new Map() }, { ...silentLogger, info: (...more) => void said.push(more) });
    await failing(9, 'ann');
    expect(said).toHaveLength(2);
  });

  it('lists the locked names by mount, and unlocks one', async () => {
    expect(lockout.locked()).toEqual([]);
    await failing(5, 'ben/x');
    await failing(5, 'ann');
    await failing(4, 'cal');
    expect(lockout.locked()).toEqual([{ mountAccessor: mount.accessor, aliases: ['ann', 'ben/x'] }]);
    expect(lockout.locked('other')).toEqual([{ mountAccessor: 'other', aliases: [] }]);
    lockout.unlock(mount.accessor, 'ben/x');
    lockout.unlock(mount.accessor, 'nobody');
    expect(check('ben/x')).not.toThrow();
    expect(lockout.locked(mount.accessor)).toEqual([{ mountAccessor: mount.accessor, aliases: ['ann'] }]);
    now = 15 * MINUTE;
    expect(lockout.locked()).toEqual([]);
  });
});
