import type { Api } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { NOT_FOUND, NOTHING, type Refusal } from '../harness/expectations';
import { KAFKA, newTopicPrefix } from '../harness/services';

const RULES = 'path "kv/*" { capabilities = ["read", "list"] }';

const REFUSALS: readonly Refusal[] = [
  ['POST', 'sys/policy/x', {}, 400, ["'policy' parameter not supplied or empty"]],
  ['POST', 'sys/policies/acl/x', { policy: '' }, 400, ["'policy' parameter not supplied or empty"]],
  ['POST', 'sys/policies/acl/root', { policy: RULES }, 400, ['cannot update "root" policy']],
  ['POST', 'sys/policy/ROOT', { policy: RULES }, 400, ['cannot update "root" policy']],
  ['DELETE', 'sys/policies/acl/default', undefined, 400, ['cannot delete default policy']],
  ['DELETE', 'sys/policy/root', undefined, 400, ['cannot delete "root" policy']],
  ['GET', 'sys/policy/none', undefined, 404, []],
  ['GET', 'sys/policies/acl/none', undefined, 404, []],
  ['GET', 'sys/policies/password/none', undefined, 404, []],
  ['POST', 'sys/capabilities-self', {}, 400, ['paths must be supplied']],
  ['POST', 'sys/capabilities-self', { paths: [] }, 400, ['paths must be supplied']],
  ['POST', 'sys/capabilities', { token: 'bad', paths: ['a'] }, 403, ['bad token']],
  ['POST', 'sys/capabilities-accessor', { accessor: 'bad', paths: ['a'] }, 400, ['invalid accessor']],
];

describe('policies and capabilities', () => {
  let cluster: Cluster;
  let root: Api;

  beforeAll(async () => {
    cluster = await Cluster.start({ kafka: KAFKA, topicPrefix: newTopicPrefix('api-policies'), storage: 'sqlite' });
    ({ root } = cluster);
  });
  afterAll(() => cluster.server.stop());

  it.each(REFUSALS)('%s %s %j is answered with %i', async (method, path, body, status, errors) => {
    const answer = await root.request(method, path, body);
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body: { errors } });
  });

  it.each([
    'path "a" {',
    'path "a" { capabilities = ["fly"] }',
    'road "a" {}',
    '{"path":',
    'path "a*b*" { capabilities = ["read"] colour = "red" }',
  ])('refuses the policy %j', async (policy) => {
    const { status, body } = await root.post('sys/policies/acl/bad', { policy });
    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.stringMatching(/^failed to parse policy: /)]);
  });

  it('lists the built-in policies under both names', async () => {
    const keys = ['default', 'root'];
    for (const answer of [await root.get('sys/policy'), await root.request('LIST', 'sys/policy')]) {
      expect(answer.body).toMatchObject({ keys, policies: keys, data: { keys, policies: keys } });
    }
    expect((await root.request('LIST', 'sys/policies/acl')).body.data).toEqual({ keys });
    expect((await root.get('sys/policies/acl?list=true')).body.data).toEqual({ keys });
  });

  it("keeps a policy under its lower-case name, with exactly Vault's fields", async () => {
    expect(await root.post('sys/policies/acl/Reader', { policy: RULES })).toEqual(NOTHING);
    expect((await root.get('sys/policies/acl/READER')).body.data).toEqual({ name: 'reader', policy: RULES });
    const { body } = await root.get('sys/policy/reader');
    expect(body).toMatchObject({ name: 'reader', rules: RULES });
    expect(body.data).toEqual({ name: 'reader', rules: RULES });
    for (let twice = 0; twice < 2; twice += 1) expect(await root.delete('sys/policy/reader')).toEqual(NOTHING);
    expect(await root.get('sys/policies/acl/reader')).toEqual(NOT_FOUND);
  });

  it('takes a policy as HCL, as JSON, as base64, and by its older name', async () => {
    const json = '{"path":{"kv/*":{"capabilities":["read"]}}}';
    for (const [body, stored] of [
      [{ policy: json }, json],
      [{ policy: Buffer.from(RULES).toString('base64') }, RULES],
      [{ rules: 'path "kv/*" { policy = "write" }' }, 'path "kv/*" { policy = "write" }'],
    ]) {
      expect(await root.request('PUT', 'sys/policy/forms', body)).toEqual(NOTHING);
      expect((await root.get('sys/policy/forms')).body.data.rules).toBe(stored);
    }
  });

  it('makes passwords of a password policy', async () => {
    const policy = 'length = 20\nrule "charset" { charset = "abc" }';
    expect(await root.post('sys/policies/password/p', { policy })).toEqual(NOTHING);
    expect((await root.get('sys/policies/password/p')).body.data).toEqual({ policy });
    expect((await root.get('sys/policies/password/p/generate')).body.data).toEqual({
      password: expect.stringMatching(/^[abc]{20}$/),
    });
    expect((await root.request('LIST', 'sys/policies/password')).body.data).toEqual({ keys: ['p'] });
    expect(
      (await root.post('sys/policies/password/q', { policy: 'length = 3\nrule "charset" { charset = "abc" }' })).status,
    ).toBe(400);
    expect(await root.delete('sys/policies/password/p')).toEqual(NOTHING);
  });

  it('tells what a token may do, by token, by accessor and for itself', async () => {
    await root.must('POST', 'sys/policies/acl/mixed', {
      policy: `path "kv/*" { capabilities = ["read", "list"] } path "kv/own" { capabilities = ["create", "update"] } path "kv/closed" { capabilities = ["deny"] }`,
    });
    await root.must('POST', 'sys/policies/acl/more', {
      policy: 'path "kv/own" { capabilities = ["sudo", "patch"] } path "kv/closed" { capabilities = ["read"] }',
    });
    const { auth } = await root.must('POST', 'auth/token/create', { policies: ['mixed', 'more'] });
    const paths = ['kv/a', 'kv/own', 'kv/closed', 'other'];
    const expected = {
      'kv/a': ['list', 'read'],
      'kv/own': ['create', 'patch', 'sudo', 'update'],
      'kv/closed': ['deny'],
      other: ['deny'],
    };
    for (const answer of [
      await root.post('sys/capabilities', { token: auth.client_token, paths }),
      await root.post('sys/capabilities-accessor', { accessor: auth.accessor, paths }),
      await root.as(auth.client_token).post('sys/capabilities-self', { paths: paths.join(',') }),
    ]) {
      expect(answer.body.data).toEqual(expected);
      expect(answer.body).toMatchObject(expected);
    }
    const one = (await root.as(auth.client_token).post('sys/capabilities-self', { path: 'kv/a' })).body.data;
    expect(one).toEqual({ 'kv/a': ['list', 'read'], capabilities: ['list', 'read'] });
    expect((await root.post('sys/capabilities-self', { paths })).body.data).toEqual(
      Object.fromEntries(paths.map((path) => [path, ['root']])),
    );
  });

  it('shows the resulting rules to the user interface', async () => {
    expect((await root.get('sys/internal/ui/resultant-acl')).body.data).toMatchObject({ root: true });
    await root.must('POST', 'sys/policies/acl/ui', {
      policy: 'path "kv/a" { capabilities = ["read"] } path "kv/b/*" { capabilities = ["list"] }',
    });
    const { auth } = await root.must('POST', 'auth/token/create', { policies: ['ui'], no_default_policy: true });
    expect(await root.as(auth.client_token).get('sys/internal/ui/resultant-acl')).toMatchObject({ status: 403 });
    const { auth: both } = await root.must('POST', 'auth/token/create', { policies: ['ui'] });
    const { data } = await root.as(both.client_token).must('GET', 'sys/internal/ui/resultant-acl');
    expect(data.root).toBe(false);
    expect(data.exact_paths['kv/a']).toEqual({ capabilities: ['read'] });
    expect(data.glob_paths['kv/b/']).toEqual({ capabilities: ['list'] });
  });

  it('obeys parameters and the most specific rule', async () => {
    await root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await root.must('POST', 'sys/policies/acl/narrow', {
      policy: `path "kv/+/x" { capabilities = ["create", "update"] }
        path "kv/p/*" { capabilities = ["create", "update"] denied_parameters = { "secret" = [] } required_parameters = ["id"] }
        path "kv/w" { capabilities = ["read"] min_wrapping_ttl = "1m" max_wrapping_ttl = "2m" }`,
    });
    const { auth } = await root.must('POST', 'auth/token/create', { policies: ['narrow'] });
    const holder = root.as(auth.client_token);
    const statusOf = async (path: string, body: object): Promise<number> => (await holder.post(path, body)).status;
    expect(await statusOf('kv/any/x', { a: 1 })).toBe(204);
    expect(await statusOf('kv/any/y', { a: 1 })).toBe(403);
    expect(await statusOf('kv/p/q', { id: 1 })).toBe(204);
    expect(await statusOf('kv/p/q', { id: 1, secret: 2 })).toBe(403);
    expect(await statusOf('kv/p/q', { a: 1 })).toBe(403);
    await root.must('POST', 'kv/w', { a: 1 });
    for (const [ttl, status] of [
      ['30s', 403],
      ['90s', 200],
      ['180s', 403],
    ] as const) {
      expect((await holder.request('GET', 'kv/w', undefined, { 'X-Vault-Wrap-TTL': ttl })).status).toBe(status);
    }
    expect((await holder.get('kv/w')).status).toBe(403);
  });
});
