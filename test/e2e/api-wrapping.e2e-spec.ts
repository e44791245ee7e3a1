import type { Api, Json } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { authBlock, NOTHING, type Refusal, TIME } from '../harness/expectations';
import { KAFKA, newTopicPrefix } from '../harness/services';

const DEAD = 'wrapping token is not valid or does not exist';
const UNKNOWN = { status: 400, body: { errors: [DEAD] } };

const REFUSALS: readonly Refusal[] = [
  ['POST', 'sys/wrapping/wrap', { a: 1 }, 400, ['endpoint requires response wrapping to be used']],
  ['POST', 'sys/wrapping/unwrap', { token: 'nope' }, 400, [DEAD]],
  ['POST', 'sys/wrapping/rewrap', { token: 'nope' }, 400, [DEAD]],
  ['POST', 'sys/wrapping/lookup', { token: 'nope' }, 400, [DEAD]],
  ['POST', 'sys/leases/lookup', {}, 400, ['lease_id must be specified']],
  ['PUT', 'sys/leases/lookup', { lease_id: 'none' }, 400, ['invalid lease']],
  ['PUT', 'sys/leases/renew', {}, 400, ['lease_id must be specified']],
  ['PUT', 'sys/leases/renew', { lease_id: 'none' }, 400, ['lease not found']],
  ['PUT', 'sys/renew', { lease_id: 'none' }, 400, ['lease not found']],
  ['LIST', 'sys/leases/lookup/none', undefined, 404, []],
];

describe('response wrapping, leases and userpass', () => {
  let cluster: Cluster;
  let root: Api;

  beforeAll(async () => {
    cluster = await Cluster.start({ kafka: KAFKA, topicPrefix: newTopicPrefix('api-wrapping'), storage: 'sqlite' });
    ({ root } = cluster);
    await root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await root.must('POST', 'kv/a', '{"n":1.50}');
    await root.must('POST', 'sys/auth/userpass', { type: 'userpass' });
  });
  afterAll(() => cluster.server.stop());

  const wrapped = async (
    method: string,
    path: string,
    body?: unknown,
    more: Record<string, string> = {},
  ): Promise<Json> => (await root.request(method, path, body, { 'X-Vault-Wrap-TTL': '60s', ...more })).body;
  const unwrap = (token: string) => root.post('sys/wrapping/unwrap', { token });

  it.each(REFUSALS)('%s %s %j is answered with %i', async (method, path, body, status, errors) => {
    const answer = await root.request(method, path, body);
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body: { errors } });
  });

  describe('wrapping', () => {
    it('hands the answer over once, with its own envelope', async () => {
      const answer = await wrapped('GET', 'kv/a');
      expect(answer).toMatchObject({
        request_id: '',
        lease_id: '',
        renewable: false,
        lease_duration: 0,
        data: null,
        warnings: null,
        auth: null,
      });
      expect(answer.wrap_info).toEqual({
        token: expect.stringMatching(/^hvs\./),
        accessor: expect.any(String),
        ttl: 60,
        creation_time: TIME,
        creation_path: 'kv/a',
      });
      const { token, creation_time } = answer.wrap_info;
      expect((await cluster.anonymous.post('sys/wrapping/lookup', { token })).body.data).toEqual({
        creation_path: 'kv/a',
        creation_time,
        creation_ttl: 60,
      });
      const { text, body } = await unwrap(token);
      expect(body).toMatchObject({ lease_duration: 2764800, wrap_info: null, auth: null });
      expect(text).toContain('"data":{"n":1.50}');
      expect(await unwrap(token)).toMatchObject(UNKNOWN);
    });

    it('takes the wrapping token as the client token, too', async () => {
      const {
        wrap_info: { token },
      } = await wrapped('GET', 'kv/a');
      expect((await root.as(token).get('kv/a')).status).toBe(403);
      expect((await root.as(token).post('sys/wrapping/lookup')).body.data.creation_ttl).toBe(60);
      expect((await root.as(token).request('PUT', 'sys/wrapping/unwrap')).body.data).toEqual({ n: 1.5 });
      expect(await root.as(token).post('sys/wrapping/unwrap')).toMatchObject(UNKNOWN);
    });

    it('refuses an empty token', async () => {
      expect(await cluster.anonymous.post('sys/wrapping/unwrap')).toMatchObject({
        status: 403,
        body: { errors: ['error validating wrapping token: token is empty'] },
      });
    });

    it('wraps a new token, naming its accessor', async () => {
      const { wrap_info: info } = await wrapped('POST', 'auth/token/create', { policies: ['default'] });
      const { body } = await unwrap(info.token);
      expect(body.auth).toEqual(authBlock({}));
      expect(info.wrapped_accessor).toBe(body.auth.accessor);
    });

    it('wraps any data that it is given', async () => {
      const { wrap_info: info } = await wrapped('POST', 'sys/wrapping/wrap', '{"big":12345678901234567890}');
      expect(info.creation_path).toBe('sys/wrapping/wrap');
      expect((await unwrap(info.token)).text).toContain('"data":{"big":12345678901234567890}');
    });

    it('puts the answer under another token, the first one being dead', async () => {
      const { wrap_info: first } = await wrapped('GET', 'kv/a');
      const { wrap_info: second } = await root.must('POST', 'sys/wrapping/rewrap', { token: first.token });
      expect(second).toMatchObject({ ttl: 60, creation_path: 'kv/a' });
      expect(await unwrap(first.token)).toMatchObject(UNKNOWN);
      expect((await unwrap(second.token)).body.data).toEqual({ n: 1.5 });
    });

    it('makes the token a JWT on request, which the public key vouches for', async () => {
      const {
        wrap_info: { token },
      } = await wrapped('GET', 'kv/a', undefined, { 'X-Vault-Wrap-Format': 'jwt' });
      const [header, claims] = token
        .split('.')
        .slice(0, 2)
        .map((part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()));
      expect(header.alg).toBe('ES512');
      expect(claims).toMatchObject({
        accessor: expect.any(String),
        addr: cluster.server.address,
        exp: expect.any(Number),
        iat: expect.any(Number),
        nbf: expect.any(Number),
        type: 'wrapping',
        jti: expect.stringMatching(/^hvs\./),
      });
      expect((await root.get('sys/wrapping/pubkey')).body.data).toMatchObject({
        jwt_curve: 'P-521',
        jwt_x: expect.anything(),
        jwt_y: expect.anything(),
      });
      expect((await unwrap(token)).body.data).toEqual({ n: 1.5 });
    });

    it('wraps neither nothing nor an error', async () => {
      const headers = { 'X-Vault-Wrap-TTL': '60' };
      expect(await root.request('POST', 'kv/b', { a: 1 }, headers)).toEqual(NOTHING);
      expect(await root.request('GET', 'kv/none', undefined, headers)).toMatchObject({
        status: 404,
        body: { errors: [] },
      });
      expect((await root.request('GET', 'kv/a', undefined, { 'X-Vault-Wrap-TTL': 'soon' })).body.errors).toEqual([
        expect.stringMatching(/^error parsing X-Vault-Wrap-TTL header: /),
      ]);
    });
  });

  describe('leases', () => {
    const leaseOf = async (order: object): Promise<string> => {
      const { auth } = await root.must('POST', 'auth/userpass/login/leased', order);
      expect(auth.client_token).toMatch(/^hvs\./);
      const { keys } = (await root.request('LIST', 'sys/leases/lookup/auth/userpass/login/leased')).body.data;
      return `auth/userpass/login/leased/${keys.at(-1)}`;
    };

    beforeAll(() => root.must('POST', 'auth/userpass/users/leased', { password: 'secret-1', token_ttl: '1h' }));

    it('looks a lease up, renews it and revokes it, also when it is gone', async () => {
      const lease_id = await leaseOf({ password: 'secret-1' });
      expect((await root.request('PUT', 'sys/leases/lookup', { lease_id })).body.data).toEqual({
        id: lease_id,
        issue_time: TIME,
        expire_time: TIME,
        last_renewal: null,
        renewable: true,
        ttl: expect.any(Number),
      });
      expect(await root.request('PUT', 'sys/leases/renew', { lease_id, increment: 60 })).toMatchObject({
        status: 200,
        body: { lease_id, renewable: true, lease_duration: 60 },
      });
      expect((await root.must('POST', 'sys/leases/lookup', { lease_id })).data.last_renewal).toEqual(TIME);
      for (const path of ['sys/leases/revoke', 'sys/revoke'])
        expect(await root.request('PUT', path, { lease_id, sync: true })).toEqual(NOTHING);
      expect((await root.post('sys/leases/lookup', { lease_id })).body.errors).toEqual(['invalid lease']);
    });

    it('revokes all leases below a prefix, and the tokens with them', async () => {
      const { auth } = await root.must('POST', 'auth/userpass/login/leased', { password: 'secret-1' });
      expect(await root.request('PUT', 'sys/leases/revoke-prefix/auth/userpass')).toEqual(NOTHING);
      expect((await root.as(auth.client_token).get('auth/token/lookup-self')).status).toBe(403);
      expect((await root.request('LIST', 'sys/leases/lookup/auth/userpass')).status).toBe(404);
      expect((await root.post('sys/leases/revoke-prefix/auth/userpass', { sync: false })).status).toBe(202);
      expect(await root.post('sys/leases/revoke-force/auth/userpass')).toEqual(NOTHING);
      expect(await root.post('sys/leases/tidy')).toMatchObject({
        status: 202,
        body: { warnings: [expect.any(String)] },
      });
      expect((await root.get('sys/leases/count')).body.data).toEqual({
        lease_count: expect.any(Number),
        counts: expect.any(Object),
      });
    });
  });

  describe('userpass', () => {
    const login = (user: string, body: object) => cluster.anonymous.post(`auth/userpass/login/${user}`, body);
    const lowered = { status: 400, body: { errors: ['invalid username or password'] } };

    it('keeps users, without showing passwords', async () => {
      expect(
        await root.post('auth/userpass/users/Ann', {
          password: 'secret-1',
          token_policies: 'reader',
          token_ttl: '1h',
          token_max_ttl: '2h',
        }),
      ).toEqual(NOTHING);
      expect((await root.get('auth/userpass/users/ann')).body.data).toEqual({
        token_bound_cidrs: [],
        token_explicit_max_ttl: 0,
        token_max_ttl: 7200,
        token_no_default_policy: false,
        token_num_uses: 0,
        token_period: 0,
        token_policies: ['reader'],
        token_ttl: 3600,
        token_type: 'default',
      });
      expect((await root.request('LIST', 'auth/userpass/users')).body.data.keys).toContain('ann');
      expect((await root.post('auth/userpass/users/new', {})).body.errors).toEqual(['missing password']);
      expect(await root.get('auth/userpass/users/none')).toMatchObject({ status: 404, body: { errors: [] } });
    });

    it('logs in by any spelling of the name, and says the same of a wrong user and a wrong password', async () => {
      const { auth } = (await login('ANN', { password: 'secret-1' })).body;
      const policies = ['default', 'reader'];
      expect(auth).toEqual(
        authBlock({
          policies,
          token_policies: policies,
          metadata: { username: 'ann' },
          lease_duration: 3600,
          orphan: true,
          entity_id: expect.any(String),
        }),
      );
      const { data } = await root.as(auth.client_token).must('GET', 'auth/token/lookup-self');
      expect(data).toMatchObject({
        display_name: 'userpass-ann',
        path: 'auth/userpass/login/ANN',
        meta: { username: 'ann' },
        orphan: true,
      });
      for (const answer of [await login('ann', { password: 'wrong' }), await login('nobody', { password: 'secret-1' })])
        expect(answer).toMatchObject(lowered);
      expect(await login('ann', {})).toMatchObject({ status: 400, body: { errors: ['missing password'] } });
      expect(await cluster.anonymous.get('auth/userpass/login/ann')).toMatchObject({ status: 405 });
    });

    it('changes password and policies', async () => {
      expect(await root.post('auth/userpass/users/ann/password', { password: 'secret-2' })).toEqual(NOTHING);
      expect(await root.post('auth/userpass/users/ann/policies', { policies: 'other' })).toEqual(NOTHING);
      expect(await login('ann', { password: 'secret-1' })).toMatchObject(lowered);
      expect((await login('ann', { password: 'secret-2' })).body.auth.policies).toEqual(['default', 'other']);
      for (let twice = 0; twice < 2; twice += 1) expect(await root.delete('auth/userpass/users/ann')).toEqual(NOTHING);
      expect(await login('ann', { password: 'secret-2' })).toMatchObject(lowered);
    });

    it.each([
      [5, {}],
      [2, { lockout_threshold: 2 }],
    ])('locks a user out after %i failures, the right password notwithstanding, with %j', async (failures, config) => {
      await root.must('POST', 'sys/auth/userpass/tune', { user_lockout_config: config });
      const user = `locked-${failures}`;
      await root.must('POST', `auth/userpass/users/${user}`, { password: 'secret-1' });
      for (let failure = 0; failure < failures; failure += 1)
        expect(await login(user, { password: 'wrong' })).toMatchObject(lowered);
      expect(await login(user, { password: 'secret-1' })).toMatchObject({
        status: 403,
        body: { errors: ['permission denied'] },
      });
    });
  });
});
