import {
  convertBody,
  type LoginAttempt,
  type MountLockout,
  type RenewContext,
  UserLockoutService,
} from '@tidelock/engine-api';
import { engineRequest, MemoryStorage, mountView } from '@tidelock/engine-testing';
import { TidelockError } from '@tidelock/kernel';
import { PasswordBody, PoliciesBody, UserBody } from './bodies';
import { UserpassMethod } from './userpass-method';

const mount = mountView('userpass', { path: 'auth/userpass/' });
const WRONG = { status: 400, message: 'invalid username or password' };

/** Locks after five failures. */
class Failures implements MountLockout {
  readonly attempts: string[] = [];
  private readonly failed = new Map<string, number>();
  refuseLocked(alias: string): void {
    if ((this.failed.get(alias) ?? 0) >= 5) throw new TidelockError('PERMISSION_DENIED');
  }
  async attempt({ alias }: LoginAttempt, isRight: () => Promise<boolean>): Promise<boolean> {
    this.attempts.push(alias);
    const right = await isRight();
    if (!right) this.failed.set(alias, (this.failed.get(alias) ?? 0) + 1);
    return right;
  }
}

class Lockout extends UserLockoutService {
  override open = (): Failures => new Failures();
  override locked = () => [];
  override unlock = (): void => undefined;
}

describe('UserpassMethod', () => {
  let lockout: Failures;
  let method: UserpassMethod;
  let storage: MemoryStorage;
  beforeEach(() => {
    lockout = new Failures();
    method = new UserpassMethod(new Lockout());
    storage = new MemoryStorage();
  });

  const at = <T extends object>(username: string, bodyClass: new () => T, raw: Record<string, unknown> = {}) =>
    engineRequest<T, MountLockout>({
      params: { username },
      mount,
      state: lockout,
      raw,
      body: convertBody(bodyClass, raw).body,
    });
  const bare = (username: string) => engineRequest({ params: { username }, mount });
  const write = (username: string, raw: Record<string, unknown>) => method.write(at(username, UserBody, raw), storage);
  const login = (username: string, password: string) => method.login(at(username, PasswordBody, { password }), storage);

  it('logs a user in, whatever the case of the name', async () => {
    await write('Tester', { password: 'right', policies: 'b,a', token_ttl: '1h' });
    const { grant } = await login('TESTER', 'right');
    expect(grant).toMatchObject({
      displayName: 'userpass-tester',
      policies: ['a', 'b'],
      metadata: { username: 'tester' },
      ttlSeconds: 3600,
      renewable: true,
      alias: { name: 'tester' },
    });
  });

  it('answers alike to a wrong password and an unknown user', async () => {
    await write('u', { password: 'right' });
    await expect(login('u', 'wrong')).rejects.toMatchObject(WRONG);
    await expect(login('nobody', 'right')).rejects.toMatchObject(WRONG);
    expect(() => at('u', PasswordBody)).toThrow(expect.objectContaining({ status: 400, errors: ['missing password'] }));
  });

  it('keeps no password, and shows no hash', async () => {
    await write('u', { password: 'the password' });
    expect(storage.entries.get('user/u')?.toString()).not.toContain('the password');
    expect((await method.read(bare('u'), storage)).data).toEqual({
      token_bound_cidrs: [],
      token_explicit_max_ttl: 0,
      token_max_ttl: 0,
      token_no_default_policy: false,
      token_num_uses: 0,
      token_period: 0,
      token_policies: [],
      token_ttl: 0,
      token_type: 'default',
    });
  });

  it('shows what was written under an old name under both, until the new name is used', async () => {
    const data = async () => (await method.read(bare('u'), storage)).data;
    await write('u', { password: 'p', policies: 'a', ttl: '1h', max_ttl: '2h', bound_cidrs: '127.0.0.0/8' });
    expect(await data()).toMatchObject({
      policies: ['a'],
      token_policies: ['a'],
      ttl: 3600,
      token_ttl: 3600,
      max_ttl: 7200,
      token_max_ttl: 7200,
      bound_cidrs: ['127.0.0.0/8'],
      token_bound_cidrs: ['127.0.0.0/8'],
    });
    await write('u', { token_ttl: 60 });
    await method.changePassword(at('u', PasswordBody, { password: 'q' }), storage);
    expect(await data()).toMatchObject({ policies: ['a'], token_ttl: 60, max_ttl: 7200 });
    expect(await data()).not.toHaveProperty('ttl');
    expect(await data()).not.toHaveProperty('old_names');
    await method.changePolicies(at('u', PoliciesBody, { token_policies: 'b' }), storage);
    expect(await data()).toMatchObject({ token_policies: ['b'], max_ttl: 7200 });
    expect(await data()).not.toHaveProperty('policies');
    await method.changePolicies(at('u', PoliciesBody, { policies: 'c' }), storage);
    expect(await data()).toMatchObject({ policies: ['c'], token_policies: ['c'] });
  });

  it('demands a password for a new user only', async () => {
    await expect(write('u', { token_ttl: 1 })).rejects.toMatchObject({ status: 400, message: 'missing password' });
    await write('u', { password: 'right' });
    await write('u', { token_ttl: 60 });
    expect((await login('u', 'right')).grant).toMatchObject({ ttlSeconds: 60 });
  });

  it('takes passwords of up to 72 bytes, none of which may be cut off', async () => {
    const longest = 'x'.repeat(72);
    await write('u', { password: longest });
    await expect(login('u', `${longest}y`)).rejects.toMatchObject(WRONG);
    await expect(write('u', { password: `${longest}y` })).rejects.toMatchObject({ status: 400 });
  });

  it('refuses a name of more than 512 bytes, before it is counted or compared', async () => {
    const tooLong = { status: 400, message: 'username is too long: it may have at most 512 bytes' };
    for (const name of ['x'.repeat(513), 'é'.repeat(257)]) {
      await expect(write(name, { password: 'p' })).rejects.toMatchObject(tooLong);
      await expect(login(name, 'p')).rejects.toMatchObject(tooLong);
    }
    expect(lockout.attempts).toEqual([]);
    await write('x'.repeat(512), { password: 'p' });
    expect(storage.entries.size).toBe(1);
  });

  it("makes each comparison an attempt, also for a name that is nobody's, and none for a locked name", async () => {
    await write('u', { password: 'right' });
    for (let i = 0; i < 5; i++) await expect(login('U', 'wrong')).rejects.toMatchObject(WRONG);
    await expect(login('nobody', 'wrong')).rejects.toMatchObject(WRONG);
    await expect(login('u', 'right')).rejects.toMatchObject({ status: 403, message: 'permission denied' });
    expect(lockout.attempts).toEqual([...Array.from({ length: 5 }, () => 'u'), 'nobody']);
  });

  it('compares no more than two passwords at a time, and turns away whom it could not serve within seconds', async () => {
    let running = 0;
    let most = 0;
    lockout.attempt = async () => {
      most = Math.max(most, (running += 1));
      await new Promise(setImmediate);
      running -= 1;
      return false;
    };
    const logins = await Promise.allSettled(Array.from({ length: 150 }, (_, user) => login(`u${user}`, 'guess')));
    const statuses = logins.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.status : 200));
    expect(most).toBe(2);
    expect(statuses.filter((status) => status === 400)).toHaveLength(130);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  });

  it('lets a user in only from where the token may be used', async () => {
    await write('u', { password: 'right', token_bound_cidrs: '10.0.0.0/8' });
    await expect(login('u', 'right')).rejects.toMatchObject({ status: 403 });
    expect(lockout.attempts).toHaveLength(1);
  });

  it('changes password and policies of a user that exists', async () => {
    await write('u', { password: 'old', token_ttl: 60 });
    await method.changePassword(at('u', PasswordBody, { password: 'new' }), storage);
    await method.changePolicies(at('u', PoliciesBody, { policies: ['p'] }), storage);
    await expect(login('u', 'old')).rejects.toMatchObject(WRONG);
    expect((await login('u', 'new')).grant).toMatchObject({ policies: ['p'], ttlSeconds: 60 });
    await expect(method.changePolicies(at('none', PoliciesBody), storage)).rejects.toMatchObject({
      status: 400,
      message: 'username does not exist',
    });
    await expect(method.changePassword(at('none', PasswordBody, { password: 'x' }), storage)).rejects.toMatchObject({
      status: 400,
    });
  });

  it('lists, tells of and deletes users', async () => {
    await expect(method.list(bare(''), storage)).rejects.toMatchObject({ status: 404, errors: [] });
    await write('u', { password: 'p' });
    await write('V', { password: 'p' });
    expect((await method.list(bare(''), storage)).data).toEqual({ keys: ['u', 'v'] });
    expect(await method.exists(bare('v'), storage)).toBe(true);
    await method.delete(bare('v'), storage);
    expect(await method.exists(bare('v'), storage)).toBe(false);
    await expect(method.read(bare('v'), storage)).rejects.toMatchObject({ status: 404, errors: [] });
  });

  const renewal = (): RenewContext<MountLockout> => ({ ...bare(''), state: lockout, storage, incrementSeconds: 0 });

  it('renews a token while its user is there and has the same policies', async () => {
    await write('u', { password: 'p', policies: 'a' });
    const grant = (await login('u', 'p')).grant!;
    await write('u', { token_ttl: 60 });
    expect(await method.renewAuth(grant, renewal())).toMatchObject({ ttlSeconds: 60 });
    await write('u', { policies: 'a,b' });
    await expect(method.renewAuth(grant, renewal())).rejects.toMatchObject({
      status: 400,
      message: 'policies have changed, not renewing',
    });
    await method.delete(bare('u'), storage);
    await expect(method.renewAuth(grant, renewal())).rejects.toMatchObject({ status: 400 });
  });
});
