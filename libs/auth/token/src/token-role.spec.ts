import { TokenBody } from './bodies';
import { HOUR, tokenMount, type TokenMount } from './token-engine.testing';

describe('auth/token', () => {
  let { store, roles, root, call, createWithRole, childOf, lookup, writeRole } = {} as TokenMount;
  beforeEach(async () => {
    ({ store, roles, root, call, createWithRole, childOf, lookup, writeRole } = await tokenMount());
  });
  afterEach(() => store.close());

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
});
