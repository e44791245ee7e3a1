import type { Api, Json } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { authBlock, multi, NOT_FOUND, NOTHING, type Refusal, TIME } from '../harness/expectations';
import { KAFKA, newTopicPrefix } from '../harness/services';

const MONTH = 2764800;

const REFUSALS: readonly Refusal[] = [
  ['POST', 'auth/token/lookup', { token: 'bad' }, 403, ['bad token']],
  ['POST', 'auth/token/lookup-accessor', { accessor: 'bad' }, 400, ['invalid accessor']],
  ['POST', 'auth/token/lookup-accessor', {}, 400, ['missing accessor']],
  ['POST', 'auth/token/renew-accessor', { accessor: 'bad' }, 400, ['invalid accessor']],
  ['POST', 'auth/token/renew-accessor', {}, 400, ['missing accessor']],
  ['POST', 'auth/token/renew-self', {}, 400, ['lease is not renewable']],
  ['POST', 'auth/token/revoke', {}, 400, ['missing token ID']],
  ['POST', 'auth/token/revoke-orphan', {}, 400, ['missing token ID']],
  ['POST', 'auth/token/revoke-accessor', {}, 400, ['missing accessor']],
  ['POST', 'auth/token/create', { ttl: '-1h' }, 400, ['ttl must be positive']],
  [
    'POST',
    'auth/token/create',
    { type: 'batch', policies: ['default'], period: '1h' },
    400,
    ['batch tokens cannot have "period" set'],
  ],
  [
    'POST',
    'auth/token/create',
    { type: 'batch', policies: ['default'], num_uses: 1 },
    400,
    ['batch tokens cannot have "num_uses" set'],
  ],
  [
    'POST',
    'auth/token/create',
    { type: 'batch', policies: ['default'], explicit_max_ttl: 9 },
    400,
    ['batch tokens cannot have "explicit_max_ttl" set'],
  ],
  ['POST', 'auth/token/create/none', {}, 400, ['unknown role none']],
  ['GET', 'auth/token/roles/none', undefined, 404, []],
  ['LIST', 'auth/token/roles', undefined, 404, []],
  ['GET', 'auth/token/create', undefined, 405, [multi('unsupported operation')]],
  ['GET', 'auth/token/nothing', undefined, 404, [multi('unsupported path')]],
];

describe('auth/token', () => {
  let cluster: Cluster;
  let root: Api;

  beforeAll(async () => {
    cluster = await Cluster.start({ kafka: KAFKA, topicPrefix: newTopicPrefix('api-tokens'), storage: 'sqlite' });
    ({ root } = cluster);
    await root.must('POST', 'sys/policies/acl/maker', {
      policy:
        'path "auth/token/create" { capabilities = ["update"] } path "auth/token/create-orphan" { capabilities = ["update"] }',
    });
  });
  afterAll(() => cluster.server.stop());

  const create = async (order: object, maker = root): Promise<Json> =>
    (await maker.must('POST', 'auth/token/create', order)).auth;
  const lookup = async (token: string): Promise<Json> => (await root.must('POST', 'auth/token/lookup', { token })).data;
  const alive = async (token: string): Promise<boolean> =>
    (await root.as(token).get('auth/token/lookup-self')).status === 200;

  it.each(REFUSALS)('%s %s %j is answered with %i', async (method, path, body, status, errors) => {
    const answer = await root.request(method, path, body);
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body: { errors } });
  });

  it('creates a token as ordered and warns of what it does not know', async () => {
    const { body } = await root.post('auth/token/create', {
      policies: ['reader'],
      meta: { a: 'b' },
      ttl: '1h',
      display_name: 'me',
      num_uses: 5,
      junk: 1,
    });
    expect(body).toMatchObject({
      lease_id: '',
      renewable: false,
      lease_duration: 0,
      data: null,
      wrap_info: null,
      mount_type: 'token',
    });
    expect(body.warnings).toEqual(['Endpoint ignored these unrecognized parameters: [junk]']);
    const policies = ['default', 'reader'];
    expect(body.auth).toEqual(
      authBlock({ policies, token_policies: policies, metadata: { a: 'b' }, lease_duration: 3600, num_uses: 5 }),
    );
    expect(await lookup(body.auth.client_token)).toEqual({
      accessor: body.auth.accessor,
      creation_time: expect.any(Number),
      creation_ttl: 3600,
      display_name: 'token-me',
      entity_id: '',
      expire_time: TIME,
      explicit_max_ttl: 0,
      id: body.auth.client_token,
      issue_time: TIME,
      meta: { a: 'b' },
      num_uses: 5,
      orphan: false,
      path: 'auth/token/create',
      policies,
      renewable: true,
      ttl: expect.any(Number),
      type: 'service',
    });
  });

  it('shows the root token, which never expires', async () => {
    expect((await root.get('auth/token/lookup-self')).body.data).toMatchObject({
      creation_ttl: 0,
      display_name: 'root',
      expire_time: null,
      explicit_max_ttl: 0,
      id: cluster.rootToken,
      meta: null,
      num_uses: 0,
      orphan: true,
      path: 'auth/token/root',
      policies: ['root'],
      ttl: 0,
      type: 'service',
    });
  });

  it('takes lists as text, and leaves the default policy out on request', async () => {
    expect((await create({ policies: 'b,a' })).policies).toEqual(['a', 'b', 'default']);
    expect((await create({ policies: ['a'], no_default_policy: true })).policies).toEqual(['a']);
    expect((await create({})).policies).toEqual(['root']);
  });

  it('finds a token by its accessor without giving the token away', async () => {
    const { accessor } = await create({ policies: ['default'] });
    expect((await root.must('POST', 'auth/token/lookup-accessor', { accessor })).data).toMatchObject({
      accessor,
      id: '',
      policies: ['default'],
    });
    expect((await root.request('LIST', 'auth/token/accessors')).body.data.keys).toContain(accessor);
  });

  it('renews up to the explicit maximum, and a periodic token by its period', async () => {
    const { client_token: token, accessor } = await create({
      policies: ['default'],
      ttl: '1h',
      explicit_max_ttl: '2h',
    });
    const holder = root.as(token);
    expect((await holder.must('POST', 'auth/token/renew-self', { increment: '30m' })).auth).toEqual(
      authBlock({ client_token: token, accessor, lease_duration: 1800 }),
    );
    const { auth, warnings } = await root.must('POST', 'auth/token/renew', { token, increment: '5h' });
    expect(auth.lease_duration).toBeGreaterThan(7100);
    expect(auth.lease_duration).toBeLessThanOrEqual(7200);
    expect(warnings).toHaveLength(1);
    expect((await root.must('POST', 'auth/token/renew-accessor', { accessor })).auth.accessor).toBe(accessor);
    expect((await lookup(token)).last_renewal_time).toEqual(expect.any(Number));
    const periodic = await create({ policies: ['default'], period: '2h' });
    expect(periodic.lease_duration).toBe(7200);
    expect(
      (await root.must('POST', 'auth/token/renew', { token: periodic.client_token, increment: 60 })).auth
        .lease_duration,
    ).toBe(7200);
    expect((await lookup(periodic.client_token)).period).toBe(7200);
    const fixed = await create({ policies: ['default'], renewable: false });
    expect(fixed).toMatchObject({ renewable: false, lease_duration: MONTH });
    expect((await root.as(fixed.client_token).post('auth/token/renew-self')).body.errors).toEqual([
      'lease is not renewable',
    ]);
  });

  it('revokes a token with its children, but not orphans, and answers 204 to what is gone', async () => {
    const parent = await create({ policies: ['root'] });
    const child = await create({ policies: ['default'] }, root.as(parent.client_token));
    const orphan = await create({ policies: ['default'], no_parent: true }, root.as(parent.client_token));
    for (let twice = 0; twice < 2; twice += 1)
      expect(await root.post('auth/token/revoke', { token: parent.client_token })).toEqual(NOTHING);
    expect([
      await alive(parent.client_token),
      await alive(child.client_token),
      await alive(orphan.client_token),
    ]).toEqual([false, false, true]);
    expect(orphan.orphan).toBe(true);
    expect(await root.post('auth/token/revoke-accessor', { accessor: orphan.accessor })).toEqual(NOTHING);
    expect(await root.post('auth/token/revoke-accessor', { accessor: orphan.accessor })).toMatchObject({
      status: 200,
      body: { data: null, warnings: ['No token found with this accessor'] },
    });
  });

  it('revokes a token alone, its children becoming orphans', async () => {
    const parent = await create({ policies: ['root'] });
    const child = await create({ policies: ['default'] }, root.as(parent.client_token));
    expect(await root.post('auth/token/revoke-orphan', { token: parent.client_token })).toEqual(NOTHING);
    expect([await alive(parent.client_token), await alive(child.client_token)]).toEqual([false, true]);
    expect((await lookup(child.client_token)).orphan).toBe(true);
    expect(await root.as(child.client_token).post('auth/token/revoke-self')).toEqual(NOTHING);
    expect(await root.as(child.client_token).get('auth/token/lookup-self')).toMatchObject({
      status: 403,
      body: { errors: ['permission denied'] },
    });
  });

  it('keeps the rights of a child within those of its parent', async () => {
    const maker = root.as((await create({ policies: ['maker'] })).client_token);
    for (const [order, text] of [
      [{ policies: ['root'] }, 'child policies must be subset of parent'],
      [{ policies: ['other'] }, 'child policies must be subset of parent'],
      [{ no_parent: true }, 'root or sudo privileges required to create orphan token'],
      [{ period: '1h' }, 'root or sudo privileges required to create periodic token'],
      [{ id: 'mine' }, 'root or sudo privileges required to specify token id'],
    ])
      expect(await maker.post('auth/token/create', order)).toMatchObject({ status: 400, body: { errors: [text] } });
    expect((await create({}, maker)).policies).toEqual(['default', 'maker']);
    expect(await maker.post('auth/token/create-orphan')).toMatchObject({
      status: 403,
      body: { errors: [multi('permission denied')] },
    });
    expect((await root.must('POST', 'auth/token/create-orphan', { policies: ['default'] })).auth.orphan).toBe(true);
  });

  it('counts the uses of a token that has only some', async () => {
    const limited = await create({ policies: ['maker'], num_uses: 3 });
    expect(await root.as(limited.client_token).post('auth/token/create')).toMatchObject({
      status: 400,
      body: { errors: ['restricted use token cannot generate child tokens'] },
    });
    expect((await lookup(limited.client_token)).num_uses).toBe(2);
    expect([
      await alive(limited.client_token),
      await alive(limited.client_token),
      await alive(limited.client_token),
    ]).toEqual([true, true, false]);
  });

  it('makes batch tokens, which are stored nowhere', async () => {
    const batch = await create({ type: 'batch', policies: ['maker'], ttl: '1h' });
    expect(batch).toMatchObject({
      client_token: expect.stringMatching(/^hvb\./),
      accessor: '',
      renewable: false,
      token_type: 'batch',
      lease_duration: 3600,
    });
    const holder = root.as(batch.client_token);
    expect((await holder.get('auth/token/lookup-self')).body.data).toMatchObject({
      type: 'batch',
      accessor: '',
      policies: ['default', 'maker'],
    });
    expect((await holder.post('auth/token/create')).body.errors).toEqual(['batch tokens cannot create more tokens']);
    expect((await holder.post('auth/token/renew-self')).body.errors).toEqual(['lease is not renewable']);
    expect((await holder.get('cubbyhole/a')).body.errors).toEqual([
      'cubbyhole operations are only supported by "service" type tokens',
    ]);
  });

  it('creates by role', async () => {
    const role = {
      allowed_policies: ['a', 'b'],
      orphan: true,
      renewable: false,
      token_explicit_max_ttl: 7200,
      token_num_uses: 3,
      path_suffix: 'team',
      token_type: 'service',
      token_no_default_policy: true,
      token_period: 600,
    };
    expect(await root.post('auth/token/roles/team', role)).toEqual(NOTHING);
    expect((await root.get('auth/token/roles/team')).body.data).toMatchObject({
      ...role,
      name: 'team',
      disallowed_policies: [],
      allowed_policies_glob: [],
      disallowed_policies_glob: [],
    });
    expect((await root.request('LIST', 'auth/token/roles')).body.data).toEqual({ keys: ['team'] });
    const { auth } = await root.must('POST', 'auth/token/create/team', {});
    expect(auth).toEqual(
      authBlock({
        policies: ['a', 'b'],
        token_policies: ['a', 'b'],
        lease_duration: 600,
        renewable: false,
        num_uses: 3,
        orphan: true,
      }),
    );
    expect(await lookup(auth.client_token)).toMatchObject({
      role: 'team',
      path: 'auth/token/create/team/team',
      period: 600,
      explicit_max_ttl: 7200,
    });
    expect((await root.post('auth/token/create/team', { policies: ['c'] })).body.errors).toEqual([
      `token policies (["c"]) must be subset of the role's allowed policies (["a" "b"]) or glob policies ([])`,
    ]);
    for (let twice = 0; twice < 2; twice += 1) expect(await root.delete('auth/token/roles/team')).toEqual(NOTHING);
    expect(await root.get('auth/token/roles/team')).toEqual(NOT_FOUND);
  });

  it('tidies in the background', async () => {
    expect(await root.post('auth/token/tidy')).toMatchObject({
      status: 202,
      body: { data: null, warnings: [expect.any(String)] },
    });
  });
});
