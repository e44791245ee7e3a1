import { randomBytes } from 'node:crypto';
import { Barrier } from '@tidelock/barrier';
import { type Caller, convertBody, type EngineResponse, type PolicyService } from '@tidelock/engine-api';
import { engineRequest, MemoryStorage, mountView } from '@tidelock/engine-testing';
import { scopeOf } from '@tidelock/core/scope';
import { LocalTokenService, TokenStore } from '@tidelock/core/tokens';
import { silentLogger } from '@tidelock/kernel';
import { openStore, type Store } from '@tidelock/store';
import {
  AccessorBody,
  CreateBody,
  RenewAccessorBody,
  RenewBody,
  RenewSelfBody,
  RevokeBody,
  RoleBody,
  TokenBody,
} from './bodies';
import { TokenEngine } from './token-engine';
import { TokenLifePaths } from './token-life.paths';
import { TokenRolePaths } from './token-role.paths';

const NOW = 1_700_000_000_000;
const HOUR = 3600;
const HERE = { remoteAddress: '127.0.0.1', remotePort: 4000 };
const mount = mountView('token', { path: 'auth/token/' });

const POLICIES = {
  hasSudo: async (policies: readonly string[]) => policies.includes('root') || policies.includes('sudoer'),
} as unknown as PolicyService;

describe('auth/token', () => {
  let store: Store;
  let tokens: TokenStore;
  let engine: TokenEngine;
  let life: TokenLifePaths;
  let roles: TokenRolePaths;
  let storage: MemoryStorage;
  let root: Caller;
  let woken: number;

  beforeEach(async () => {
    const rootKey = randomBytes(32);
    const barrier = new Barrier();
    barrier.unseal(rootKey, Barrier.newKeyring(rootKey, NOW));
    store = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
    tokens = new TokenStore(store, barrier, { prefixesOf: () => [] });
    storage = new MemoryStorage();
    woken = 0;
    const engines = { engineOf: () => ({ instance: {}, mount, state: undefined, storage }) };
    const service = new LocalTokenService(tokens, store, engines, { wake: () => void woken++ });
    engine = new TokenEngine(service, POLICIES);
    life = new TokenLifePaths(service);
    roles = new TokenRolePaths();
    const unit = store.begin();
    await tokens.createRoot(unit, 'root', NOW);
    await unit.commit();
    root = await callerFor('root');
  });

  afterEach(() => store.close());

  const callerFor = async (clientToken: string, now = NOW): Promise<Caller> =>
    (await tokens.authenticate(clientToken, HERE, now))!;

  /** As the pipeline does it: converts the body, runs the handler in a unit of work, commits. */
  async function call<B extends object>(
    handler: (request: never, storage: MemoryStorage) => Promise<EngineResponse | undefined>,
    [bodyClass, raw]: [new () => B, Record<string, unknown>],
    caller: Caller,
    at: { path?: string; params?: Record<string, string>; now?: number } = {},
  ): Promise<EngineResponse | undefined> {
    const unit = store.begin();
    const { body } = convertBody(bodyClass, raw);
    const request = engineRequest({
      body,
      raw,
      mount,
      caller,
      scope: scopeOf(unit),
      path: at.path ?? '',
      params: at.params ?? {},
      now: at.now ?? NOW,
    });
    const response = await handler(request as never, storage);
    if (!unit.isEmpty) await unit.commit();
    return response;
  }

  const create = (raw: Record<string, unknown> = {}, caller = root) =>
    call((request) => engine.create(request), [CreateBody, raw], caller, { path: 'create' }).then(
      (response) => response!.auth!,
    );
  const createWithRole = (role: string, raw: Record<string, unknown> = {}, caller = root) =>
    call((request, at) => engine.createWithRole(request, at), [CreateBody, raw], caller, {
      path: `create/${role}`,
      params: { role },
    }).then((response) => response!.auth!);
  const createOrphan = (raw: Record<string, unknown>, caller: Caller) =>
    call((request) => engine.createOrphan(request), [CreateBody, raw], caller, { path: 'create-orphan' }).then(
      (response) => response!.auth!,
    );
  const childOf = async (raw: Record<string, unknown>): Promise<Caller> => callerFor((await create(raw)).client_token);
  const lookup = (token: string, caller = root) =>
    call((request) => life.lookup(request), [TokenBody, { token }], caller).then((response) => response!.data!);
  const writeRole = (name: string, raw: Record<string, unknown>) =>
    call((request, at) => roles.write(request, at), [RoleBody, raw], root, { params: { name } });

  it("makes a child with the parent's policies, or those asked for", async () => {
    const auth = await create({ policies: 'dev', meta: { a: '1' }, ttl: '1h', display_name: 'my app!', num_uses: 5 });
    expect(auth).toMatchObject({
      policies: ['default', 'dev'],
      metadata: { a: '1' },
      lease_duration: HOUR,
      orphan: false,
      num_uses: 5,
      renewable: true,
      token_type: 'service',
    });
    expect(await lookup(auth.client_token)).toEqual({
      accessor: auth.accessor,
      creation_time: NOW / 1000,
      creation_ttl: HOUR,
      display_name: 'token-my-app',
      entity_id: '',
      expire_time: '2023-11-14T23:13:20.000000000Z',
      explicit_max_ttl: 0,
      id: auth.client_token,
      issue_time: '2023-11-14T22:13:20.000000000Z',
      meta: { a: '1' },
      num_uses: 5,
      orphan: false,
      path: 'auth/token/create',
      policies: ['default', 'dev'],
      renewable: true,
      ttl: HOUR,
      type: 'service',
    });
    expect((await create({}, await childOf({ policies: 'dev' }))).policies).toEqual(['default', 'dev']);
  });

  it('makes root tokens of root tokens, which live for ever unless told otherwise', async () => {
    const immortal = await create();
    expect(immortal).toMatchObject({ policies: ['root'], lease_duration: 0, renewable: false });
    expect(await lookup(immortal.client_token)).toMatchObject({ expire_time: null, ttl: 0 });
    const mortal = await callerFor((await create({ ttl: '1h' })).client_token);
    await expect(create({}, mortal)).rejects.toThrow('expiring root tokens cannot create non-expiring root tokens');
  });

  it('refuses what needs root or sudo', async () => {
    const plain = await childOf({ policies: 'dev' });
    const refusal = (what: string) => ({ status: 400, message: `root or sudo privileges required to ${what}` });
    await expect(create({ id: 'mine' }, plain)).rejects.toMatchObject(refusal('specify token id'));
    await expect(create({ no_parent: true }, plain)).rejects.toMatchObject(refusal('create orphan token'));
    await expect(createOrphan({}, plain)).rejects.toMatchObject(refusal('create orphan token'));
    await expect(create({ period: '1h' }, plain)).rejects.toMatchObject(refusal('create periodic token'));
    const sudoer = await childOf({ policies: 'sudoer' });
    expect(await create({ id: 'mine', no_parent: true, period: '1h' }, sudoer)).toMatchObject({
      client_token: 'mine',
      orphan: true,
      lease_duration: HOUR,
    });
    expect(await createOrphan({}, sudoer)).toMatchObject({ orphan: true });
    await expect(create({ id: 'mine' })).rejects.toThrow('cannot create a token with a duplicate ID');
    await expect(create({ id: 'hvs.mine' })).rejects.toThrow("custom token ID cannot have the 'hvs.' prefix");
  });

  it.each([
    [{ ttl: -1 }, 'ttl must be positive'],
    [{ explicit_max_ttl: '-1h' }, 'explicit_max_ttl must be positive'],
    [{ period: -5 }, 'period must be positive'],
    [{ num_uses: -1 }, 'number of uses cannot be negative'],
    [{ type: 'paper' }, "invalid 'token_type' value"],
    [{ type: 'batch', policies: 'a', period: 5 }, 'batch tokens cannot have "period" set'],
    [{ type: 'batch', policies: 'a', num_uses: 5 }, 'batch tokens cannot have "num_uses" set'],
    [{ type: 'batch', policies: 'a', explicit_max_ttl: 5 }, 'batch tokens cannot have "explicit_max_ttl" set'],
    [{ type: 'batch' }, 'batch tokens cannot be root tokens'],
    [{ id: 'x'.repeat(513) }, 'custom token ID is too long: it may have at most 512 bytes'],
    [{ entity_alias: 'x' }, "'entity_alias' is only allowed in combination with token role"],
  ])('refuses %j: %s', async (raw, message) => {
    await expect(create(raw)).rejects.toMatchObject({ status: 400, message });
  });

  it('gives no children to batch tokens and to tokens of few uses', async () => {
    await expect(create({}, await childOf({ type: 'batch', policies: 'a' }))).rejects.toThrow(
      'batch tokens cannot create more tokens',
    );
    await expect(create({}, await childOf({ num_uses: 1, policies: 'a' }))).rejects.toThrow(
      'restricted use token cannot generate child tokens',
    );
  });

  it('makes tokens by the rules of a role', async () => {
    await expect(createWithRole('none')).rejects.toMatchObject({ status: 400, message: 'unknown role none' });
    await writeRole('ci', {
      allowed_policies: 'deploy',
      orphan: true,
      renewable: false,
      token_explicit_max_ttl: '30m',
      token_num_uses: 3,
      path_suffix: 'ci-v1',
      token_bound_cidrs: '127.0.0.0/8',
      allowed_entity_aliases: 'robot-*',
    });
    const auth = await createWithRole('ci', { ttl: '10h', num_uses: 10 }, await childOf({ policies: 'dev' }));
    expect(auth).toMatchObject({
      policies: ['default', 'deploy'],
      orphan: true,
      renewable: false,
      lease_duration: 1800,
      num_uses: 3,
    });
    expect(await lookup(auth.client_token)).toMatchObject({
      path: 'auth/token/create/ci/ci-v1',
      role: 'ci',
      bound_cidrs: ['127.0.0.0/8'],
    });
    await expect(createWithRole('ci', { entity_alias: 'human' })).rejects.toThrow("invalid 'entity_alias' value");
    await writeRole('batches', { token_type: 'batch', orphan: true, renewable: false });
    expect(await createWithRole('batches', { policies: 'x' })).toMatchObject({
      token_type: 'batch',
      accessor: '',
      orphan: true,
    });
  });

  it('keeps of a role what is not sent, and shows it with the names of old clients', async () => {
    await writeRole('r', { allowed_policies: ['a', 'b'], token_period: '1h' });
    await writeRole('r', { renewable: false });
    const read = () => call((request, at) => roles.read(request, at), [TokenBody, {}], root, { params: { name: 'r' } });
    expect((await read())!.data).toEqual({
      allowed_entity_aliases: [],
      allowed_policies: ['a', 'b'],
      allowed_policies_glob: [],
      disallowed_policies: [],
      disallowed_policies_glob: [],
      explicit_max_ttl: 0,
      name: 'r',
      orphan: false,
      path_suffix: '',
      period: 0,
      renewable: false,
      token_bound_cidrs: [],
      token_explicit_max_ttl: 0,
      token_no_default_policy: false,
      token_num_uses: 0,
      token_period: HOUR,
      token_type: 'default-service',
    });
    expect((await call((request, at) => roles.list(request, at), [TokenBody, {}], root))!.data).toEqual({
      keys: ['r'],
    });
    await call((request, at) => roles.delete(request, at), [TokenBody, {}], root, { params: { name: 'r' } });
    await expect(read()).rejects.toMatchObject({ status: 404, errors: [] });
    await expect(call((request, at) => roles.list(request, at), [TokenBody, {}], root)).rejects.toMatchObject({
      status: 404,
    });
    for (const wrong of [
      { token_type: 'paper' },
      { path_suffix: '../x' },
      { token_bound_cidrs: 'here' },
      { token_num_uses: -1 },
      { token_type: 'batch', token_period: 5 },
    ]) {
      await expect(writeRole('r', wrong)).rejects.toMatchObject({ status: 400 });
    }
  });

  it('shows what was written under an old name under both, until the new name is used', async () => {
    const read = async () =>
      (await call((request, at) => roles.read(request, at), [TokenBody, {}], root, { params: { name: 'r' } }))!.data!;
    await writeRole('r', { period: '1h', explicit_max_ttl: '2h', bound_cidrs: '127.0.0.0/8' });
    expect(await read()).toMatchObject({
      period: HOUR,
      token_period: HOUR,
      explicit_max_ttl: 2 * HOUR,
      token_explicit_max_ttl: 2 * HOUR,
      bound_cidrs: ['127.0.0.0/8'],
      token_bound_cidrs: ['127.0.0.0/8'],
    });
    await writeRole('r', { token_period: '3h', orphan: true });
    expect(await read()).toMatchObject({ period: 0, token_period: 3 * HOUR, explicit_max_ttl: 2 * HOUR });
    await writeRole('r', { token_explicit_max_ttl: '4h', explicit_max_ttl: '5h', token_bound_cidrs: '10.0.0.0/8' });
    const data = await read();
    expect(data).toMatchObject({
      explicit_max_ttl: 4 * HOUR,
      token_explicit_max_ttl: 4 * HOUR,
      token_bound_cidrs: ['10.0.0.0/8'],
    });
    expect(data).not.toHaveProperty('bound_cidrs');
    expect(data).not.toHaveProperty('old_names');
  });

  it.each([
    [{}, 'non-orphan tokens'],
    [{ orphan: true }, 'renewable tokens'],
    [{ orphan: true, renewable: true }, 'renewable tokens'],
    [{ orphan: true, renewable: false, token_period: 5 }, 'periodic tokens'],
    [{ orphan: true, renewable: false, token_explicit_max_ttl: 5 }, 'tokens with an explicit max TTL'],
    [{ orphan: true, renewable: false, token_num_uses: 5 }, 'tokens with limited use count'],
  ])('refuses a role of batch tokens with %j: %s', async (raw, what) => {
    const message = `'token_type' cannot be 'batch' when role is set to generate ${what}`;
    await expect(writeRole('r', { token_type: 'batch', ...raw })).rejects.toMatchObject({ status: 400, message });
    await writeRole('r', { token_type: 'default-batch', ...raw });
    await expect(writeRole('r', { token_type: 'batch' })).rejects.toMatchObject({ status: 400, message });
  });

  it("refuses roles whose name or suffix no token's path could hold", async () => {
    const tooLong = (what: string) => ({ status: 400, message: `${what} is too long: it may have at most 512 bytes` });
    await expect(writeRole('x'.repeat(513), {})).rejects.toMatchObject(tooLong('role name'));
    await expect(writeRole('r', { path_suffix: 'x'.repeat(513) })).rejects.toMatchObject(tooLong('path suffix'));
    await writeRole('x'.repeat(512), { path_suffix: 'y'.repeat(512) });
  });

  it('renews a token as long as its maximum lets it', async () => {
    const caller = await childOf({ policies: 'dev', ttl: '1h', explicit_max_ttl: '3h' });
    const renewSelf = (raw: object, now: number) =>
      call((request) => life.renewSelf(request), [RenewSelfBody, raw as Record<string, unknown>], caller, { now }).then(
        (response) => response!.auth!,
      );
    expect(await renewSelf({}, NOW + 1_800_000)).toMatchObject({
      client_token: caller.clientToken,
      lease_duration: HOUR,
    });
    expect((await renewSelf({ increment: '5h' }, NOW + HOUR * 1000)).lease_duration).toBe(2 * HOUR);
    expect(await lookup(caller.clientToken)).toMatchObject({
      last_renewal_time: NOW / 1000 + HOUR,
      creation_ttl: HOUR,
    });
    const byAccessor = await call(
      (request) => life.renewAccessor(request),
      [RenewAccessorBody, { accessor: caller.accessor }],
      root,
    );
    expect(byAccessor!.auth).toMatchObject({ client_token: '', accessor: caller.accessor, lease_duration: HOUR });
  });

  it('renews no root token, no batch token and none that is gone', async () => {
    const renew = (token: string) => call((request) => life.renew(request), [RenewBody, { token }], root);
    const batch = await create({ type: 'batch', policies: 'a' });
    for (const token of ['root', batch.client_token])
      await expect(renew(token)).rejects.toMatchObject({ status: 400, message: 'lease is not renewable' });
    await expect(renew('hvs.gone')).rejects.toMatchObject({ status: 403, message: 'bad token' });
    await expect(renew('')).rejects.toMatchObject({ status: 400, message: 'missing token ID' });
  });

  it('shows a token to itself on its last use', async () => {
    const caller = await childOf({ policies: 'dev', num_uses: 1 });
    const unit = store.begin();
    await tokens.consumeUse(unit, caller);
    await unit.commit();
    expect((await call((request) => life.lookupSelf(request), [TokenBody, {}], caller))!.data).toMatchObject({
      id: caller.clientToken,
      num_uses: 0,
    });
  });

  it('shows and ends a token by its accessor without giving it away', async () => {
    const { accessor, client_token: token } = await create({ policies: 'dev' });
    const byAccessor = (handler: 'lookupAccessor' | 'revokeAccessor', of: string) =>
      call((request) => life[handler](request), [AccessorBody, { accessor: of }], root);
    expect((await byAccessor('lookupAccessor', accessor))!.data).toMatchObject({ id: '', accessor });
    expect(await byAccessor('revokeAccessor', accessor)).toBeUndefined();
    await expect(lookup(token)).rejects.toMatchObject({ status: 403, message: 'bad token' });
    await expect(byAccessor('lookupAccessor', accessor)).rejects.toMatchObject({
      status: 400,
      message: 'invalid accessor',
    });
    expect(await byAccessor('revokeAccessor', accessor)).toEqual({
      status: 200,
      warnings: ['No token found with this accessor'],
    });
    await expect(byAccessor('lookupAccessor', '')).rejects.toMatchObject({ status: 400, message: 'missing accessor' });
  });

  it('ends a token and its children, itself, or itself alone', async () => {
    const parent = await childOf({ policies: 'dev' });
    const child = await create({}, parent);
    await call((request) => life.revokeOrphan(request), [RevokeBody, { token: parent.clientToken }], root);
    await expect(lookup(parent.clientToken)).rejects.toThrow('bad token');
    expect(await lookup(child.client_token)).toMatchObject({ orphan: true });
    const own = await callerFor(child.client_token);
    const grandchild = await create({}, own);
    expect(await call((request) => life.revokeSelf(request), [TokenBody, {}], own)).toBeUndefined();
    await expect(lookup(grandchild.client_token)).rejects.toThrow('bad token');
    expect(await call((request) => life.revoke(request), [RevokeBody, { token: 'hvs.unknown' }], root)).toBeUndefined();
    const batch = await callerFor((await create({ type: 'batch', policies: 'a' })).client_token);
    await expect(call((request) => life.revokeSelf(request), [TokenBody, {}], batch)).rejects.toThrow(
      'batch tokens cannot be revoked',
    );
  });

  it('lists the accessors of the living, page by page', async () => {
    const short = await create({ policies: 'dev', ttl: '1m' });
    const unit = store.begin();
    for (let i = 0; i < 600; i++) await tokens.createRoot(unit, `root-${i}`, NOW);
    await unit.commit();
    const list = async (now: number) =>
      (await call((request) => engine.listAccessors(request), [TokenBody, {}], root, { now }))!.data![
        'keys'
      ] as string[];
    expect(new Set(await list(NOW)).size).toBe(602);
    expect(await list(NOW)).toContain(short.accessor);
    expect(await list(NOW + 60_000)).not.toContain(short.accessor);
  });

  it('tidies in the background', async () => {
    expect(await engine.tidy()).toMatchObject({
      status: 202,
      warnings: [expect.stringContaining('Tidy operation successfully started')],
    });
    expect(woken).toBe(1);
  });
});
