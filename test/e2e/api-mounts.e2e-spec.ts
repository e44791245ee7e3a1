import type { Api } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { ENVELOPE, multi, NOT_FOUND, NOTHING, type Refusal, UUID } from '../harness/expectations';
import { KAFKA, newTopicPrefix } from '../harness/services';

const MONTH = 2764800;
const ENTRY = {
  accessor: expect.any(String),
  config: { default_lease_ttl: 0, max_lease_ttl: 0, force_no_cache: false },
  deprecation_status: 'supported',
  description: '',
  external_entropy_access: false,
  local: false,
  options: null,
  plugin_version: '',
  running_plugin_version: expect.stringMatching(/^v.*\+builtin/),
  running_sha256: '',
  seal_wrap: false,
  uuid: UUID,
};

const REFUSALS: readonly Refusal[] = [
  ['GET', 'sys/mounts/nothere', undefined, 400, ['No secret engine mount at nothere/']],
  ['GET', 'sys/mounts/nothere/tune', undefined, 400, ['cannot fetch sysview for path "nothere/"']],
  ['POST', 'sys/mounts/kv', { type: 'kv' }, 400, ['path is already in use at kv/']],
  ['POST', 'sys/mounts/kv/below', { type: 'kv' }, 400, ['path is already in use at kv/']],
  ['POST', 'sys/mounts/deep', { type: 'kv' }, 400, ['path is already in use at deep/er/']],
  ['POST', 'sys/mounts/m', {}, 400, ['backend type must be specified as a string']],
  ['POST', 'sys/mounts/m', { type: 'nope' }, 400, [multi('plugin not found in the catalog: nope')]],
  ['POST', 'sys/mounts/m', { type: 'userpass' }, 400, [multi('plugin not found in the catalog: userpass')]],
  ['POST', 'sys/mounts/m', { type: 'system' }, 400, ['mount type of "system" is not mountable']],
  ['POST', 'sys/mounts/m', { type: 'cubbyhole' }, 400, ['mount type of "cubbyhole" is not mountable']],
  ['POST', 'sys/mounts/sys/x', { type: 'kv' }, 400, ['cannot mount "sys/x/"']],
  ['POST', 'sys/mounts/auth/x', { type: 'kv' }, 400, ['cannot mount "auth/x/"']],
  ['POST', 'sys/mounts/cubbyhole', { type: 'kv' }, 400, ['cannot mount "cubbyhole/"']],
  ['POST', 'sys/mounts/identity', { type: 'kv' }, 400, ['cannot mount "identity/"']],
  ['DELETE', 'sys/mounts/sys', undefined, 400, ['cannot unmount "sys/"']],
  ['DELETE', 'sys/mounts/identity', undefined, 400, ['cannot unmount "identity/"']],
  ['DELETE', 'sys/mounts/cubbyhole', undefined, 400, ['cannot unmount "cubbyhole/"']],
  [
    'POST',
    'sys/mounts/kv/tune',
    { default_lease_ttl: '3h', max_lease_ttl: '2h' },
    400,
    ['backend max lease TTL of 7200 would be less than backend default lease TTL of 10800'],
  ],
  ['POST', 'sys/remount', { from: 'nope', to: 'x' }, 400, ['no matching mount at "nope/"']],
  ['POST', 'sys/remount', { from: 'kv', to: 'deep/er' }, 400, ['path already in use at "deep/er/"']],
  ['POST', 'sys/remount', {}, 400, ["both 'from' and 'to' path must be specified as a string"]],
  ['GET', 'sys/remount/status/none', undefined, 404, []],
  ['GET', 'sys/auth/none', undefined, 400, ['No auth engine at none/']],
  ['POST', 'sys/auth/x', {}, 400, ['backend type must be specified as a string']],
  ['POST', 'sys/auth/x', { type: 'nope' }, 400, [multi('plugin not found in the catalog: nope')]],
  ['POST', 'sys/auth/x', { type: 'token' }, 400, ['token credential backend cannot be instantiated']],
  ['DELETE', 'sys/auth/token', undefined, 400, ['token credential backend cannot be disabled']],
  ['LIST', 'sys/mounts', undefined, 405, [multi('unsupported operation')]],
];

describe('sys/mounts, sys/auth and sys/remount', () => {
  let cluster: Cluster;
  let root: Api;

  beforeAll(async () => {
    cluster = await Cluster.start({ kafka: KAFKA, topicPrefix: newTopicPrefix('api-mounts'), storage: 'sqlite' });
    ({ root } = cluster);
    await root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await root.must('POST', 'sys/mounts/deep/er', {
      type: 'kv',
      description: 'deep',
      local: true,
      seal_wrap: true,
      external_entropy_access: true,
      options: { version: '2' },
      config: {
        default_lease_ttl: '1h',
        max_lease_ttl: 7200,
        force_no_cache: true,
        listing_visibility: 'unauth',
        audit_non_hmac_request_keys: 'a,b',
        passthrough_request_headers: ['X-A'],
      },
    });
  });
  afterAll(() => cluster.server.stop());

  it.each(REFUSALS)('%s %s %j is answered with %i', async (method, path, body, status, errors) => {
    const answer = await root.request(method, path, body);
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body: { errors } });
  });

  it('lists what is there from the start, in data and at the top level', async () => {
    const { body } = await root.get('sys/mounts');
    expect(Object.keys(body)).toEqual([...Object.keys(body.data), ...ENVELOPE]);
    expect(body.data).toMatchObject({
      'sys/': { type: 'system' },
      'identity/': { type: 'identity' },
      'cubbyhole/': { type: 'cubbyhole', local: true },
      'kv/': { type: 'kv' },
    });
    for (const [path, entry] of Object.entries(body.data)) expect(body[path]).toEqual(entry);
    const { body: methods } = await root.get('sys/auth');
    expect(methods.data).toEqual({
      'token/': {
        ...ENTRY,
        type: 'token',
        description: expect.any(String),
        config: { ...ENTRY.config, token_type: 'default-service' },
      },
    });
    expect(methods['token/']).toEqual(methods.data['token/']);
    expect(methods.mount_type).toBe('system');
  });

  it('shows a mount as it was made', async () => {
    expect((await root.get('sys/mounts/kv')).body.data).toEqual({
      ...ENTRY,
      type: 'kv',
      accessor: expect.stringMatching(/^kv_[0-9a-f]{8}$/),
    });
    expect((await root.get('sys/mounts/deep/er')).body.data).toEqual({
      ...ENTRY,
      type: 'kv',
      description: 'deep',
      local: true,
      seal_wrap: true,
      external_entropy_access: true,
      options: { version: '2' },
      config: {
        default_lease_ttl: 3600,
        max_lease_ttl: 7200,
        force_no_cache: true,
        listing_visibility: 'unauth',
        audit_non_hmac_request_keys: ['a', 'b'],
        passthrough_request_headers: ['X-A'],
      },
    });
  });

  it('tunes a mount, and leaves `local` as it was', async () => {
    expect((await root.get('sys/mounts/kv/tune')).body.data).toMatchObject({
      default_lease_ttl: MONTH,
      max_lease_ttl: MONTH,
      force_no_cache: false,
      description: '',
    });
    expect(
      await root.post('sys/mounts/kv/tune', {
        default_lease_ttl: '30m',
        max_lease_ttl: '2h',
        description: 'tuned',
        listing_visibility: 'hidden',
        audit_non_hmac_response_keys: ['c'],
        passthrough_request_headers: 'X-B,X-C',
        allowed_response_headers: ['X-D'],
        local: true,
      }),
    ).toEqual(NOTHING);
    expect((await root.get('sys/mounts/kv/tune')).body.data).toMatchObject({
      default_lease_ttl: 1800,
      max_lease_ttl: 7200,
      description: 'tuned',
      listing_visibility: 'hidden',
      audit_non_hmac_response_keys: ['c'],
      passthrough_request_headers: ['X-B', 'X-C'],
      allowed_response_headers: ['X-D'],
    });
    expect((await root.get('sys/mounts/kv')).body.data).toMatchObject({
      local: false,
      config: { default_lease_ttl: 1800 },
    });
    expect((await root.post('sys/mounts/kv/tune', { listing_visibility: 'sometimes' })).status).toBe(400);
  });

  it('moves a mount with its data and tells how far it is', async () => {
    await root.must('POST', 'sys/mounts/from', { type: 'kv' });
    await root.must('POST', 'from/a', { b: 1 });
    const { data, migration_id: copy, warnings } = await root.must('POST', 'sys/remount', { from: 'from', to: 'to' });
    expect([data, copy, warnings]).toEqual([{ migration_id: UUID }, data.migration_id, [expect.any(String)]]);
    expect((await root.get(`sys/remount/status/${data.migration_id}`)).body.data).toEqual({
      migration_id: data.migration_id,
      migration_info: { source_mount: 'from/', target_mount: 'to/', status: 'success' },
    });
    expect((await root.get('to/a')).body.data).toEqual({ b: 1 });
    expect(await root.get('from/a')).toMatchObject({
      status: 404,
      body: { errors: ['no handler for route "from/a". route entry not found.'] },
    });
  });

  it('removes a mount and what is in it, and nothing where nothing is', async () => {
    await root.must('POST', 'sys/mounts/gone', { type: 'kv' });
    await root.must('POST', 'gone/a', { b: 1 });
    for (let twice = 0; twice < 2; twice += 1) expect(await root.delete('sys/mounts/gone')).toEqual(NOTHING);
    await root.must('POST', 'sys/mounts/gone', { type: 'kv' });
    expect(await root.get('gone/a')).toEqual(NOT_FOUND);
  });

  it('enables, tunes, shows and disables an auth method', async () => {
    expect(
      await root.post('sys/auth/people', {
        type: 'userpass',
        description: 'us',
        config: { token_type: 'default-service', listing_visibility: 'unauth' },
      }),
    ).toEqual(NOTHING);
    expect(await root.post('sys/auth/people', { type: 'userpass' })).toMatchObject({
      status: 400,
      body: { errors: ['path is already in use at people/'] },
    });
    expect((await root.get('sys/auth/people')).body.data).toEqual({
      ...ENTRY,
      type: 'userpass',
      description: 'us',
      accessor: expect.stringMatching(/^auth_userpass_[0-9a-f]{8}$/),
      config: { ...ENTRY.config, token_type: 'default-service', listing_visibility: 'unauth' },
    });
    expect(
      await root.post('sys/auth/people/tune', { token_type: 'batch', max_lease_ttl: '1h', default_lease_ttl: '1h' }),
    ).toEqual(NOTHING);
    for (const path of ['sys/auth/people/tune', 'sys/mounts/auth/people/tune']) {
      expect((await root.get(path)).body.data).toMatchObject({
        token_type: 'batch',
        max_lease_ttl: 3600,
        description: 'us',
      });
    }
    for (const path of ['people', 'none']) expect(await root.delete(`sys/auth/${path}`)).toEqual(NOTHING);
    expect((await root.get('sys/auth')).body.data).not.toHaveProperty('people/');
  });

  it('shows in sys/internal/ui/mounts what the caller has a right in', async () => {
    const open = { type: 'kv', description: 'deep', options: { version: '2' } };
    expect((await cluster.anonymous.get('sys/internal/ui/mounts')).body.data).toEqual({
      secret: { 'deep/er/': open },
      auth: {},
    });
    await root.must('POST', 'sys/policies/acl/deep', {
      policy: 'path "deep/er/data/team/*" { capabilities = ["read"] }',
    });
    const { auth } = await root.must('POST', 'auth/token/create', { policies: ['deep'] });
    const holder = root.as(auth.client_token);
    const { secret } = (await holder.get('sys/internal/ui/mounts')).body.data;
    expect(Object.keys(secret).sort()).toEqual(['cubbyhole/', 'deep/er/', 'identity/', 'sys/']);
    expect(secret['deep/er/']).toMatchObject({ ...open, uuid: UUID, local: true });
    expect((await holder.get('sys/internal/ui/mounts/deep/er/data/team/x')).body.data).toMatchObject({
      ...open,
      path: 'deep/er/',
      accessor: expect.any(String),
    });
    for (const path of ['kv', 'nothing']) {
      expect(await holder.get(`sys/internal/ui/mounts/${path}`)).toMatchObject({
        status: 403,
        body: {
          errors: [
            `preflight capability check returned 403, please ensure client's policies grant access to path "${path}/"`,
          ],
        },
      });
    }
  });

  it('needs sudo to enable an auth method and to move a mount', async () => {
    await root.must('POST', 'sys/policies/acl/almost', {
      policy:
        'path "sys/auth/*" { capabilities = ["create", "update"] } path "sys/remount" { capabilities = ["update"] }',
    });
    const { auth } = await root.must('POST', 'auth/token/create', { policies: ['almost'] });
    const holder = root.as(auth.client_token);
    const denied = { status: 403, body: { errors: [multi('permission denied')] } };
    expect(await holder.post('sys/auth/mine', { type: 'userpass' })).toMatchObject(denied);
    expect(await holder.post('sys/remount', { from: 'kv', to: 'mine' })).toMatchObject(denied);
  });
});
