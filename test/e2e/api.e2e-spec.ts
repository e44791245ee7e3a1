import { once } from 'node:events';
import { rm, symlink } from 'node:fs/promises';
import http from 'node:http';
import { text as readText } from 'node:stream/consumers';
import fc from 'fast-check';
import { Api, eventually, type Json } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { KAFKA, newTopicPrefix } from '../harness/services';

const MULTI = (text: string): string => `1 error occurred:\n\t* ${text}\n\n`;
const SEED = 20261124;

type Row = readonly [method: string, path: string, body: unknown, status: number, errors: readonly string[]];

/** What Vault's API says to mistakes (http-api.md): one row a mistake. */
const MISTAKES: readonly Row[] = [
  ['GET', 'sys/mounts/nothere', undefined, 400, ['No secret engine mount at nothere/']],
  ['GET', 'sys/mounts/nothere/tune', undefined, 400, ['cannot fetch sysview for path "nothere/"']],
  ['POST', 'sys/mounts/secret/below', { type: 'kv' }, 400, ['path is already in use at secret/']],
  ['POST', 'sys/mounts/m', {}, 400, ['backend type must be specified as a string']],
  ['POST', 'sys/mounts/m', { type: 'nope' }, 400, [MULTI('plugin not found in the catalog: nope')]],
  ['POST', 'sys/mounts/m', { type: 'system' }, 400, ['mount type of "system" is not mountable']],
  ['POST', 'sys/mounts/sys/x', { type: 'kv' }, 400, ['cannot mount "sys/x/"']],
  ['DELETE', 'sys/mounts/sys', undefined, 400, ['cannot unmount "sys/"']],
  ['POST', 'sys/remount', { from: 'nope', to: 'x' }, 400, ['no matching mount at "nope/"']],
  ['GET', 'sys/remount/status/abc', undefined, 404, []],
  ['GET', 'sys/auth/none', undefined, 400, ['No auth engine at none/']],
  ['DELETE', 'sys/auth/token', undefined, 400, ['token credential backend cannot be disabled']],
  ['POST', 'sys/auth/tt', { type: 'token' }, 400, ['token credential backend cannot be instantiated']],
  ['GET', 'sys/policy/none', undefined, 404, []],
  ['POST', 'sys/policy/x', {}, 400, ["'policy' parameter not supplied or empty"]],
  ['POST', 'sys/policies/acl/root', { policy: 'path "a" {}' }, 400, ['cannot update "root" policy']],
  ['DELETE', 'sys/policies/acl/default', undefined, 400, ['cannot delete default policy']],
  ['POST', 'sys/capabilities-self', {}, 400, ['paths must be supplied']],
  ['POST', 'sys/capabilities', { token: 'bad', paths: ['a'] }, 403, ['bad token']],
  ['POST', 'sys/wrapping/wrap', { a: 1 }, 400, ['endpoint requires response wrapping to be used']],
  ['POST', 'sys/wrapping/unwrap', { token: 'nope' }, 400, ['wrapping token is not valid or does not exist']],
  ['POST', 'sys/leases/lookup', {}, 400, ['lease_id must be specified']],
  ['POST', 'sys/leases/lookup', { lease_id: 'none' }, 400, ['invalid lease']],
  ['POST', 'sys/leases/renew', { lease_id: 'none' }, 400, ['lease not found']],
  ['POST', 'sys/audit-hash/none', { input: 'a' }, 400, ['unknown audit backend']],
  ['POST', 'sys/unseal', {}, 400, ["'key' must be specified in request body as JSON, or 'reset' set to true"]],
  ['POST', 'sys/unseal', { key: 'zz' }, 400, ["'key' must be a valid hex or base64 string"]],
  ['POST', 'sys/unseal', { reset: true }, 400, ['vault is unsealed']],
  ['POST', 'sys/init', { secret_shares: 1, secret_threshold: 1 }, 400, ['Vault is already initialized']],
  ['GET', 'sys/nonsense', undefined, 404, [MULTI('unsupported path')]],
  ['GET', 'nope/x', undefined, 404, ['no handler for route "nope/x". route entry not found.']],
  ['POST', 'secret/data/new', { data: {}, options: { cas: 1 } }, 400, ['check-and-set parameter did not match the current version']],
  ['POST', 'secret/data/new', {}, 400, ['no data provided']],
  ['POST', 'secret/undelete/new', {}, 400, ['No version number provided']],
  ['GET', 'secret/data/none', undefined, 404, []],
  ['GET', 'auth/token/roles/none', undefined, 404, []],
  ['POST', 'auth/token/create/none', {}, 400, ['unknown role none']],
  ['POST', 'auth/token/create', { type: 'batch', period: '1h', policies: ['default'] }, 400, ['batch tokens cannot have "period" set']],
  ['POST', 'auth/token/create', { ttl: '-1h' }, 400, ['ttl must be positive']],
  ['POST', 'auth/token/renew-self', {}, 400, ['lease is not renewable']],
  ['POST', 'auth/token/lookup', { token: 'bad' }, 403, ['bad token']],
  ['POST', 'auth/token/lookup-accessor', { accessor: 'bad' }, 400, ['invalid accessor']],
  ['POST', 'auth/userpass/users/u', {}, 400, ['missing password']],
  ['POST', 'auth/userpass/login/nobody', { password: 'x' }, 400, ['invalid username or password']],
  ['POST', 'cubbyhole/a', {}, 400, [MULTI('missing data fields')]],
  ['POST', 'sys/replication/performance/primary/secondary-token', { id: 'a' }, 400, ['performance replication primary mode is not enabled on this cluster']],
  ['POST', 'sys/replication/performance/secondary/enable', {}, 400, ['token must be specified']],
];

describe('the HTTP API', () => {
  let cluster: Cluster;
  let root: Api;

  beforeAll(async () => {
    cluster = await Cluster.start({ kafka: KAFKA, topicPrefix: newTopicPrefix('api'), storage: 'sqlite' });
    ({ root } = cluster);
    await root.must('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } });
    await root.must('POST', 'sys/auth/userpass', { type: 'userpass' });
  });
  afterAll(() => cluster.server.stop());

  it.each(MISTAKES)('%s %s %j is answered with %i', async (method, path, body, status, errors) => {
    const answer = await root.request(method, path, body);
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body: { errors } });
  });

  it('tells nothing to a caller without a good token, not even which paths exist', async () => {
    for (const api of [cluster.anonymous, cluster.anonymous.as('bad')]) {
      for (const path of ['secret/data/a', 'nope/x', 'sys/nonsense', 'sys/mounts']) {
        expect(await api.get(path)).toMatchObject({ status: 403, body: { errors: ['permission denied'] } });
      }
    }
  });

  it('refuses what the policy does not grant in the multi-error form', async () => {
    await root.must('POST', 'sys/policies/acl/reader', { policy: 'path "secret/data/*" { capabilities = ["read"] }' });
    const { auth } = await root.must('POST', 'auth/token/create', { policies: ['reader'] });
    const reader = root.as(auth.client_token);
    expect(await reader.post('secret/data/a', { data: {} })).toMatchObject({ status: 403, body: { errors: [MULTI('permission denied')] } });
    expect((await reader.get('secret/data/none')).status).toBe(404);
  });

  it('keeps numbers to the letter and answers with Vault\'s envelope and headers', async () => {
    const text = '{"data":{"big":12345678901234567890,"exact":1.50}}';
    const written = await root.request('PUT', 'secret/data/numbers', text);
    const state = Buffer.from(written.headers.get('x-vault-index') ?? '', 'base64').toString().split(':');
    expect(state).toHaveLength(5);
    expect(state[0]).toBe('v1');
    const answer = await root.get('secret/data/numbers');
    expect(answer.text).toContain('"data":{"big":12345678901234567890,"exact":1.50}');
    expect(Object.keys(answer.body)).toEqual(['request_id', 'lease_id', 'renewable', 'lease_duration', 'data', 'wrap_info', 'warnings', 'auth', 'mount_type']);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-vault-index')).toBeNull();
  });

  it('answers 204 to what returns nothing, and warns of members it does not know', async () => {
    expect(await root.post('secret/config', { max_versions: 5 })).toMatchObject({ status: 204, text: '' });
    expect((await root.must('POST', 'auth/token/create', { junk: 1 })).warnings).toEqual(['Endpoint ignored these unrecognized parameters: [junk]']);
  });

  it('gives a deleted version\'s metadata with its 404', async () => {
    await root.must('POST', 'secret/data/gone', { data: { a: 1 } });
    await root.must('DELETE', 'secret/data/gone');
    const { status, body } = await root.get('secret/data/gone');
    expect(status).toBe(404);
    expect(body.data).toMatchObject({ data: null, metadata: { version: 1, destroyed: false } });
  });

  it('uses up a token of limited uses', async () => {
    const { auth } = await root.must('POST', 'auth/token/create', { policies: ['default'], num_uses: 2 });
    const holder = root.as(auth.client_token);
    const statuses = [];
    for (let use = 0; use < 3; use += 1) statuses.push((await holder.get('auth/token/lookup-self')).status);
    expect(statuses).toEqual([200, 200, 403]);
  });

  it('revokes children with their parent, and leaves orphans', async () => {
    const { auth: parent } = await root.must('POST', 'auth/token/create', { policies: ['root'] });
    const { auth: child } = await root.as(parent.client_token).must('POST', 'auth/token/create', { policies: ['default'] });
    const { auth: orphan } = await root.as(parent.client_token).must('POST', 'auth/token/create-orphan', { policies: ['default'] });
    await root.must('POST', 'auth/token/revoke', { token: parent.client_token });
    expect((await root.as(child.client_token).get('auth/token/lookup-self')).status).toBe(403);
    expect((await root.as(orphan.client_token).get('auth/token/lookup-self')).status).toBe(200);
  });

  it('refuses every request when no audit device can log it, and serves again afterwards', async () => {
    const file = `${cluster.server.folder}/audit.log`;
    const leadTo = async (target: string) => {
      await rm(file, { force: true });
      await symlink(target, file);
    };
    await leadTo(`${file}.1`);
    await root.must('POST', 'sys/audit/file', { type: 'file', options: { file_path: file } });
    expect((await root.must('GET', 'sys/audit')).data['file/']).toMatchObject({ type: 'file', local: false });
    expect((await root.must('POST', 'sys/audit-hash/file', { input: 'x' })).data.hash).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);

    await leadTo('/dev/full');
    cluster.server.signal('SIGHUP');
    await eventually('a refused request', async () => (await root.get('secret/data/numbers')).status === 500);
    expect((await root.post('secret/data/unlogged', { data: { a: 1 } })).body).toEqual({ errors: ['internal error'] });

    await leadTo(`${file}.2`);
    cluster.server.signal('SIGHUP');
    await eventually('a served request', async () => (await root.get('secret/data/numbers')).status === 200);
    expect((await root.get('secret/data/unlogged')).status).toBe(404);
    await root.must('DELETE', 'sys/audit/file');
  });

  it('locks a user out as the mount says, and tells it as a refusal', async () => {
    await root.must('POST', 'auth/userpass/users/locked', { password: 'right' });
    await root.must('POST', 'sys/auth/userpass/tune', { user_lockout_config: { lockout_threshold: 2 } });
    const login = (password: string) => new Api(root.address).post('auth/userpass/login/locked', { password });
    expect([(await login('wrong')).status, (await login('wrong')).status]).toEqual([400, 400]);
    expect(await login('right')).toMatchObject({ status: 403, body: { errors: ['permission denied'] } });
  });

  it('answers 413 to a body over the limit, before it has come', async () => {
    const headers = { 'X-Vault-Token': root.token, 'Content-Length': String(33 * 1024 * 1024) };
    const request = http.request(`${root.address}/v1/secret/data/huge`, { method: 'POST', headers });
    request.write('{"data":{');
    const [response] = await once(request, 'response') as [http.IncomingMessage];
    const text = await readText(response);
    request.destroy();
    expect([response.statusCode, JSON.parse(text)]).toEqual([413, { errors: ['http: request body too large'] }]);
  });

  it(`answers no bad input with 5xx: odd bodies on every documented path (seed ${SEED})`, async () => {
    const document: Json = await root.must('GET', 'sys/internal/specs/openapi');
    const paths = Object.keys(document.paths).filter((path) => !/seal$|step-down|rekey|rotate|replication|generate-root/.test(path));
    expect(paths.length).toBeGreaterThan(60);
    const odd = fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.string(), fc.array(fc.anything({ maxDepth: 1 }), { maxLength: 2 }), fc.object({ maxDepth: 1 }));
    const names = ['type', 'path', 'policy', 'paths', 'token', 'data', 'options', 'config', 'ttl', 'versions', 'password', 'accessor', 'lease_id', 'key', 'input', 'from', 'to'];
    const body = fc.dictionary(fc.constantFrom(...names), odd, { maxKeys: 6 });
    const call = fc.tuple(fc.constantFrom(...paths), fc.constantFrom('POST', 'GET', 'DELETE'), body);
    for (const [path, method, members] of fc.sample(call, { seed: SEED, numRuns: 600 })) {
      const real = path.replace(/^\//, '').replace(/\{[^}]+\}/g, 'odd');
      const answer = await root.request(method, real, method === 'POST' ? JSON.stringify(members) : undefined);
      if (answer.status >= 500) throw new Error(`${method} ${real} ${JSON.stringify(members)} answered ${answer.status}: ${answer.text}`);
    }
  });
});
