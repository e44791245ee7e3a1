import { request as httpRequest } from 'node:http';
import { once } from 'node:events';
import type { Api } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { ENVELOPE, multi, NOTHING, type Refusal } from '../harness/expectations';
import { answerToBodyOf } from '../harness/huge-body';
import { KAFKA, newTopicPrefix } from '../harness/services';

const DENIED = { status: 403, body: { errors: ['permission denied'] } };
const JSON_REFUSAL = expect.stringMatching(/^error parsing JSON/) as string;

const REFUSALS: readonly Refusal[] = [
  ['GET', 'nope/x', undefined, 404, ['no handler for route "nope/x". route entry not found.']],
  ['GET', 'auth/nope/login', undefined, 404, ['no handler for route "auth/nope/login". route entry not found.']],
  ['GET', 'sys/nonsense', undefined, 404, [multi('unsupported path')]],
  ['DELETE', 'sys/capabilities-self', undefined, 405, [multi('unsupported operation')]],
  ['GET', 'kv/a%00b', undefined, 400, [expect.any(String) as string]],
  ['GET', 'kv/a%0Ab', undefined, 400, [expect.any(String) as string]],
  ['POST', 'sys/mounts/a%01b', { type: 'kv' }, 400, [expect.any(String) as string]],
  ['POST', 'kv/a/', { a: 1 }, 400, ["cannot write to a path ending in '/'"]],
  ['POST', 'kv/a', '{"a":', 400, [JSON_REFUSAL]],
  ['POST', 'kv/a', '{"a":1,}', 400, [JSON_REFUSAL]],
  ['POST', 'kv/a', '{"a":1}{"b":2}', 400, [JSON_REFUSAL]],
  ['POST', 'kv/a', '[1]', 400, [JSON_REFUSAL]],
  ['POST', 'kv/a', '"text"', 400, [JSON_REFUSAL]],
  ['POST', 'kv/a', '['.repeat(100_000), 400, [JSON_REFUSAL]],
  ['POST', 'kv/a', '{"a":'.repeat(100_000), 400, [JSON_REFUSAL]],
];

describe('the transport rules', () => {
  let cluster: Cluster;
  let root: Api;

  beforeAll(async () => {
    cluster = await Cluster.start({ kafka: KAFKA, topicPrefix: newTopicPrefix('api-transport'), storage: 'sqlite' });
    ({ root } = cluster);
    await root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await root.must('POST', 'kv/a', { b: 1 });
  });
  afterAll(() => cluster.server.stop());

  it.each(REFUSALS)('refuses %s %s (%#)', async (method, path, body, status, errors) => {
    const answer = await root.request(method, path, body);
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body: { errors } });
  });

  it('says the same to no token and to a wrong one, whatever is asked for', async () => {
    for (const api of [
      cluster.anonymous,
      cluster.anonymous.as('bad'),
      cluster.anonymous.as('hvs.AAAAAAAAAAAAAAAAAAAAAAAA'),
      cluster.anonymous.as('hvb.AAAA'),
    ]) {
      for (const path of ['kv/a', 'nope/x', 'sys/nonsense', 'sys/mounts', 'cubbyhole/a', 'auth/token/lookup-self'])
        expect(await api.get(path)).toMatchObject(DENIED);
    }
  });

  it('says in the multi-error form what a good token may not', async () => {
    const { auth } = await root.must('POST', 'auth/token/create', { policies: ['default'] });
    for (const path of ['kv/a', 'nope/x', 'sys/mounts']) {
      expect(await root.as(auth.client_token).get(path)).toMatchObject({
        status: 403,
        body: { errors: [multi('permission denied')] },
      });
    }
  });

  it('takes a bearer token, and X-Vault-Token before it', async () => {
    const bearer = { Authorization: `Bearer ${cluster.rootToken}` };
    expect((await cluster.anonymous.request('GET', 'kv/a', undefined, bearer)).status).toBe(200);
    expect((await cluster.anonymous.as('bad').request('GET', 'kv/a', undefined, bearer)).status).toBe(403);
  });

  it("has exactly Vault's envelope and headers", async () => {
    const { body, headers } = await root.get('kv/a');
    expect(Object.keys(body)).toEqual(ENVELOPE);
    expect(body.request_id).toMatch(/^[0-9a-f-]{36}$/);
    const { headers: refused } = await root.get('kv/none');
    for (const got of [headers, refused]) {
      expect(got.get('content-type')).toBe('application/json');
      expect(got.get('cache-control')).toBe('no-store');
      expect(got.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    }
  });

  it('tells the state that a write led to, and none for a read', async () => {
    const { headers } = await root.request('PUT', 'kv/a', { b: 2 });
    const state = Buffer.from(headers.get('x-vault-index') ?? '', 'base64').toString();
    expect(state).toMatch(/^v1:[0-9a-f-]{36}:\d+:\d+:[0-9a-f]{64}$/);
    expect((await root.get('kv/a')).headers.get('x-vault-index')).toBeNull();
    expect(
      (await root.request('GET', 'kv/a', undefined, { 'X-Vault-Index': headers.get('x-vault-index') as string }))
        .status,
    ).toBe(200);
    expect(await root.request('GET', 'kv/a', undefined, { 'X-Vault-Index': 'nonsense' })).toMatchObject({
      status: 412,
      body: { errors: [multi('required index state not present')] },
    });
  });

  it('answers HEAD as GET without the body', async () => {
    expect(await root.request('HEAD', 'kv/a')).toMatchObject({ status: 200, text: '' });
    expect(await root.request('HEAD', 'kv/none')).toMatchObject({ status: 404, text: '' });
  });

  it.each(['true', 'True', 'TRUE', '1', 't', 'T'])('takes ?list=%s for a list', async (value) => {
    expect((await root.get(`kv?list=${value}`)).body.data.keys).toContain('a');
  });

  it('takes the verb LIST time and again on one connection', async () => {
    for (let time = 0; time < 3; time += 1) expect((await root.request('LIST', 'kv')).body.data.keys).toContain('a');
  });

  it('reads JSON whatever the content type, and forms', async () => {
    expect(await root.request('POST', 'kv/typed', '{"a":1}', { 'Content-Type': 'text/plain' })).toEqual(NOTHING);
    expect((await root.get('kv/typed')).body.data).toEqual({ a: 1 });
    expect(
      (await root.request('POST', 'kv/form', 'a=%%%', { 'Content-Type': 'application/x-www-form-urlencoded' })).body
        .errors,
    ).toEqual(['error parsing form data']);
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect(await root.request('POST', 'kv/form', 'a=1&b=two+words', form)).toEqual(NOTHING);
    expect((await root.get('kv/form')).body.data).toEqual({ a: '1', b: 'two words' });
  });

  it('keeps members and paths that JavaScript gives a meaning', async () => {
    const text = '{"__proto__":{"a":1},"constructor":2,"toString":3}';
    await root.must('POST', 'kv/__proto__', text);
    expect((await root.get('kv/__proto__')).text).toContain(`"data":${text}`);
    expect((await root.get('sys/policy/__proto__')).status).toBe(404);
    expect((await root.get('constructor/x')).status).toBe(404);
  });

  it('refuses namespaces, but for the root', async () => {
    const at = async (namespace: string) =>
      (await root.request('GET', 'kv/a', undefined, { 'X-Vault-Namespace': namespace })).status;
    expect([await at('team'), await at('root'), await at('/'), await at('')]).toEqual([403, 200, 200, 200]);
  });

  it.each(['/', '/v2/sys/health', '/metrics'])('knows nothing at %s', async (path) => {
    const response = await fetch(`${cluster.server.address}${path}`);
    expect([response.status, await response.text()]).toEqual([404, '{"errors":[]}']);
  });

  it.each([
    ['/v1/kv/../sys/mounts', '/v1/sys/mounts'],
    ['/v1/kv/%2e%2e/sys/mounts', '/v1/sys/mounts'],
    ['/v1/kv/..', '/v1/'],
    ['/v1/kv//a?b=//', '/v1/kv/a?b=//'],
  ])('sends %s on to %s', async (path, location) => {
    for (const method of ['GET', 'POST', 'DELETE', 'LIST']) {
      const request = httpRequest({ host: '127.0.0.1', port: cluster.server.port, path, method });
      request.end();
      const [response] = await once(request, 'response');
      response.resume();
      expect([response.statusCode, response.headers.location]).toEqual([307, location]);
    }
  });

  it('serves clients that put a slash before the path, for they follow', async () => {
    expect(await root.request('POST', '/kv//slashes', { a: 1 })).toEqual(NOTHING);
    expect((await root.get('kv/slashes')).body.data).toEqual({ a: 1 });
    expect(await root.delete('/kv//slashes')).toEqual(NOTHING);
    expect((await root.get('kv/slashes')).status).toBe(404);
  });

  it('takes 64 KiB from whoever has not said who they are', async () => {
    const body = (size: number) => ({ password: 'x'.repeat(size) });
    expect((await cluster.anonymous.post('sys/unseal', { key: 'x'.repeat(60_000) })).status).toBe(400);
    expect((await cluster.anonymous.post('sys/unseal', { key: 'x'.repeat(66_000) })).status).toBe(413);
    expect((await cluster.anonymous.post('sys/wrapping/unwrap', { token: 'x'.repeat(66_000) })).status).toBe(413);
    expect(await cluster.anonymous.as('bad').post('kv/a', body(1 << 20))).toMatchObject(DENIED);
  });

  it.each([
    ['one long string', `{"n":1.5,"a":"${'v'.repeat(30 << 20)}"}`],
    ['many members', `{"a":[${'1.5,'.repeat(19_900)}1]}`],
  ])('takes a large body: %s', async (_, body) => {
    expect(await root.request('POST', 'kv/large', body)).toEqual(NOTHING);
    expect((await root.get('kv/large')).text.length).toBeGreaterThan(body.length);
    expect((await root.delete('kv/large')).status).toBe(204);
  });

  it('takes 1 MiB where clients keep nothing of their own', async () => {
    const policy = (size: number) => ({ policy: 'path "kv/*" { capabilities = ["read"] }'.padEnd(size) });
    expect(await root.post('sys/policies/acl/long', policy(1_000_000))).toEqual(NOTHING);
    expect(await root.post('sys/policies/acl/long', policy(1_100_000))).toMatchObject({
      status: 413,
      body: { errors: ['http: request body too large'] },
    });
    expect(await root.post('kv/long', policy(1_100_000))).toEqual(NOTHING);
  });

  it.each([
    ['1.5,', 8 << 20],
    ['{},', 10 << 20],
  ])('refuses a body of %s times %i', async (member, times) => {
    const answer = await root.request('POST', 'kv/dense', `[${member.repeat(times)}1]`.slice(0, 32 << 20));
    expect(answer).toMatchObject({ status: 400, body: { errors: ['error parsing JSON: more than 20000 members'] } });
  });

  it('refuses a body over 32 MiB with 413', async () => {
    expect(await answerToBodyOf((32 << 20) + 1, cluster.server.address, 'kv/huge', cluster.rootToken)).toEqual([
      413,
      { errors: ['http: request body too large'] },
    ]);
  });

  it('lets pages of other origins in where it is told to', async () => {
    const from = (origin: string, method = 'GET') =>
      root.request(method, 'kv/a', undefined, { Origin: origin, 'Access-Control-Request-Method': 'PUT' });
    expect((await root.get('sys/config/cors')).body).toMatchObject({ enabled: false, data: { enabled: false } });
    expect((await from('http://a.example', 'OPTIONS')).status).toBe(405);
    expect((await root.post('sys/config/cors', {})).body).toEqual({
      errors: ['at least one origin or the wildcard must be provided'],
    });
    expect(
      await root.post('sys/config/cors', { allowed_origins: 'http://a.example', allowed_headers: 'X-Own' }),
    ).toEqual(NOTHING);
    expect((await root.get('sys/config/cors')).body.data).toMatchObject({
      enabled: true,
      allowed_origins: ['http://a.example'],
      allowed_headers: expect.arrayContaining(['X-Own', 'X-Vault-Token']),
    });
    const preflight = await from('http://a.example', 'OPTIONS');
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, 'http://a.example']);
    expect((await from('http://a.example')).headers.get('access-control-allow-origin')).toBe('http://a.example');
    expect(await from('http://b.example')).toMatchObject({ status: 403, body: { errors: ['origin not allowed'] } });
    expect(await root.delete('sys/config/cors')).toEqual(NOTHING);
    expect((await from('http://b.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('gives help on any path', async () => {
    for (const path of ['kv/a', 'sys/mounts', 'auth/token/create', 'kv']) {
      const { status, body } = await root.get(`${path}?help=1`);
      expect(status).toBe(200);
      expect(Object.keys(body)).toEqual(['help', 'see_also', 'openapi']);
      expect(body.help).not.toBe('');
    }
    expect((await cluster.anonymous.get('kv/a?help=1')).status).toBe(403);
  });

  it('describes itself as OpenAPI', async () => {
    const { body } = await cluster.anonymous.get('sys/internal/specs/openapi');
    expect(body.openapi).toBe('3.0.2');
    expect((await root.get('sys/internal/specs/openapi')).body.paths).toHaveProperty('/kv/{path}');
  });
});
