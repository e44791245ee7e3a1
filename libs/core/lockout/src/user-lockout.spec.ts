import type { LoginAttempt, MountLockout, UserLockoutConfig } from '@tidelock/engine-api';
import { mountView } from '@tidelock/engine-testing';
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
  let mount = mountView('userpass');
  let lockout: UserLockout;
  let logins: MountLockout;
  /** The mount's end, as it is open now. */
  let ending: AbortController;
  const serve = (settings = NO_SETTINGS, logger: Logger = silentLogger, mostRemembered?: number): void => {
    lockout = new UserLockout({ settings, clock: { now: () => now }, logger }, mostRemembered);
    logins = open();
  };
  const open = (): MountLockout => {
    ending = new AbortController();
    const opened = mount;
    const at = {
      get mount() {
        return mount.accessor === opened.accessor ? mount : opened;
      },
      signal: ending.signal,
    };
    return lockout.open(at);
  };
  const tune = (userLockout: UserLockoutConfig): void => {
    mount = { ...mount, userLockout };
  };
  const login = (alias = 'u'): LoginAttempt => ({ alias, requestId: 'request-1', remoteAddress: '192.0.2.1' });
  const failing = async (times: number, alias = 'u'): Promise<void> => {
    for (let i = 0; i < times; i++) await logins.attempt(login(alias), async () => false);
  };
  const check =
    (alias = 'u') =>
    () =>
      logins.refuseLocked(alias);

  beforeEach(() => {
    now = 0;
    mount = mountView('userpass', { path: 'auth/userpass/' });
    serve();
  });

  it('locks a name after five failures, for 15 minutes from the last', async () => {
    await failing(5);
    expect(check()).toThrow(expect.objectContaining(DENIED));
    await expect(logins.attempt(login(), async () => true)).rejects.toMatchObject(DENIED);
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
    expect(await logins.attempt(login(), async () => true)).toBe(true);
    await failing(4);
    now = 15 * MINUTE;
    await failing(4);
    expect(check()).not.toThrow();
  });

  it('lets guesses made side by side fail no more often than guesses in turn', async () => {
    await failing(2);
    const { begun, isRight } = new Comparisons();
    const guesses = Array.from({ length: 100 }, () => logins.attempt(login(), isRight));
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
    const all = Array.from({ length: 50 }, () => logins.attempt(login(), async () => true));
    expect(await Promise.all(all)).toEqual(Array.from({ length: 50 }, () => true));
  });

  it('counts neither as failure nor as success what could not be compared', async () => {
    await failing(4);
    for (let i = 0; i < 3; i++) {
      await expect(logins.attempt(login(), () => Promise.reject(new Error('no room')))).rejects.toThrow('no room');
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
    serve({
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
    mount = mountView('ldap');
    logins = open();
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
    serve(settings);
    tune({ lockout_disable: false, lockout_threshold: 1 });
    await failing(9);
    expect(check()).not.toThrow();
  });

  it('stays on for a type that turns it on again', async () => {
    serve({
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
    serve(NO_SETTINGS, { ...silentLogger, info: (...line) => void said.push(line) });
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
    serve({ disabled: true, byType: new Map() }, { ...silentLogger, info: (...more) => void said.push(more) });
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
    lockout.unlock('other', 'ann');
    expect(check('ben/x')).not.toThrow();
    expect(lockout.locked(mount.accessor)).toEqual([{ mountAccessor: mount.accessor, aliases: ['ann'] }]);
    now = 15 * MINUTE;
    expect(lockout.locked()).toEqual([]);
  });

  it('forgets all of a mount at its end, and lists nobody of it', async () => {
    await failing(5);
    ending.abort();
    expect(lockout.locked()).toEqual([]);
    expect(lockout.locked(mount.accessor)).toEqual([{ mountAccessor: mount.accessor, aliases: [] }]);
    logins = open();
    expect(check()).not.toThrow();
    await failing(4);
    expect(check()).not.toThrow();
  });

  it('goes on with a mount that is open again before its former end', async () => {
    const former = ending;
    logins = open();
    await failing(5);
    former.abort();
    expect(lockout.locked()).toEqual([{ mountAccessor: mount.accessor, aliases: ['u'] }]);
  });

  it('counts the same name at two mounts apart', async () => {
    await failing(5);
    mount = mountView('userpass', { accessor: 'auth_userpass_2' });
    logins = open();
    expect(check()).not.toThrow();
    await failing(4);
    expect(check()).not.toThrow();
    expect(lockout.locked()).toHaveLength(1);
  });

  it('remembers so many names, and forgets the oldest where most are: names made up at one mount unlock nobody at another', async () => {
    serve(NO_SETTINGS, silentLogger, 4);
    await failing(5);
    const at = { first: logins, second: (mount = mountView('userpass', { accessor: 'auth_userpass_2' })) && open() };
    logins = at.second;
    await failing(5, 'first');
    for (const alias of ['a', 'b', 'c']) await failing(1, alias);
    expect(check('first')).not.toThrow();
    logins = at.first;
    expect(check()).toThrow();
  });
});
