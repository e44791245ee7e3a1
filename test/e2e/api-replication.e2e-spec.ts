import { readFileSync } from 'node:fs';
import type { Api } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { NOTHING, type Refusal, TIME, UUID } from '../harness/expectations';
import { answerToBodyOf } from '../harness/huge-body';
import { KAFKA, newTopicPrefix } from '../harness/services';

const PRIMARY = 'sys/replication/performance/primary';
const SECONDARY = 'sys/replication/performance/secondary';
const NOT_PRIMARY = ['performance replication primary mode is not enabled on this cluster'];
const EPOCH_TEXT = expect.stringMatching(/^-?\d+$/) as string;
const ROOT = expect.stringMatching(/^[0-9a-f]{40}$/) as string;
const UNREADABLE = 'eyJhbGciOiJFUzUxMiJ9.e30.AAAA';

const WHILE_DISABLED: readonly Refusal[] = [
  ['POST', `${PRIMARY}/secondary-token`, { id: 'a' }, 400, NOT_PRIMARY],
  ['POST', `${PRIMARY}/revoke-secondary`, { id: 'a' }, 400, NOT_PRIMARY],
  ['POST', `${SECONDARY}/enable`, {}, 400, ['token must be specified']],
  ...['nonsense', 'ftp://a:1', 'http://a:1', 'https://'].map((primary_cluster_addr): Refusal => [
    'POST',
    `${PRIMARY}/enable`,
    { primary_cluster_addr },
    400,
    [expect.stringContaining('primary_cluster_addr must be an address such as https://') as string],
  ]),
  ['GET', `${PRIMARY}/enable`, undefined, 405, [expect.stringContaining('unsupported operation') as string]],
];
const ON_PRIMARY: readonly Refusal[] = [
  ['POST', `${PRIMARY}/secondary-token`, {}, 400, ['id must be specified']],
  ['POST', `${PRIMARY}/secondary-token`, { id: 's1' }, 400, ['secondary with ID "s1" already exists']],
  ...['some', 'ALL', ''].map((forwarding): Refusal => [
    'POST',
    `${PRIMARY}/secondary-token`,
    { id: 'leveled', forwarding },
    400,
    ['forwarding must be one of "all" or "data"'],
  ]),
  ['POST', `${PRIMARY}/secondary-token`, { id: '-odd' }, 400, [expect.stringContaining('-odd') as string]],
  [
    'POST',
    `${PRIMARY}/secondary-token`,
    { id: 'x'.repeat(129) },
    400,
    ['invalid secondary ID: it has 129 characters, and may have 128'],
  ],
  [
    'POST',
    `${PRIMARY}/paths-filter/${'x'.repeat(129)}`,
    { paths: 'a' },
    400,
    ['invalid secondary ID: it has 129 characters, and may have 128'],
  ],
  ['POST', `${PRIMARY}/paths-filter/b`, { paths: 5 }, 400, ['paths must be a list of strings']],
  ['POST', `${PRIMARY}/paths-filter/b`, { paths: {} }, 400, [expect.stringContaining('a list of strings') as string]],
  [
    'POST',
    `${PRIMARY}/paths-filter/b`,
    { paths: 'x'.repeat(513) },
    400,
    [expect.stringContaining('at most 512 characters') as string],
  ],
  [
    'POST',
    `sys/mounts/${'x'.repeat(513)}`,
    { type: 'kv' },
    400,
    [expect.stringContaining('at most 512 characters') as string],
  ],
  ['POST', `${PRIMARY}/secondary-token`, { id: 'b', ttl: 'soon' }, 400, [expect.any(String) as string]],
  ['POST', `${PRIMARY}/secondary-token`, { id: 'b', ttl: 0 }, 400, ['ttl must be positive']],
  ['POST', `${PRIMARY}/revoke-secondary`, {}, 400, ['id must be specified']],
  [
    'POST',
    `${SECONDARY}/enable`,
    { token: UNREADABLE },
    400,
    ['performance replication is already enabled on this cluster in "primary" mode'],
  ],
];
const ON_SECONDARY: readonly Refusal[] = [
  [
    'POST',
    `${PRIMARY}/enable`,
    {},
    400,
    ['cluster is already a performance replication secondary; it must be promoted'],
  ],
  ['POST', `${PRIMARY}/secondary-token`, { id: 'c' }, 400, NOT_PRIMARY],
  ...[
    ['sys/mounts', 'kv', 'mount'],
    ['sys/auth', 'userpass', 'mount'],
    ['sys/audit', 'file', 'audit device'],
  ].map(([kind, type, what]): Refusal => [
    'POST',
    `${kind}/more`,
    { type, options: { file_path: 'more.log' } },
    400,
    [
      `cannot add a non-local ${what} to a replication secondary`,
      expect.stringMatching(/^enable it on the primary at http:.*, or here with local=true$/) as string,
    ],
  ]),
  [
    'POST',
    `${SECONDARY}/enable`,
    { token: UNREADABLE },
    400,
    ['performance replication is already enabled on this cluster in "secondary" mode'],
  ],
];

describe('sys/replication', () => {
  let primary: Cluster;
  let secondary: Cluster;

  beforeAll(async () => {
    const topicPrefix = newTopicPrefix('api-replication');
    const start = () => Cluster.start({ kafka: KAFKA, topicPrefix, storage: 'sqlite' });
    [primary, secondary] = await Promise.all([start(), start()]);
  });
  afterAll(() => Promise.all([primary.server.stop(), secondary.server.stop()]));

  const refuses = async (api: Api, [method, path, body, status, errors]: Refusal) => {
    const answer = await api.request(method, path, body);
    expect({ path, status: answer.status, body: answer.body }).toEqual({ path, status, body: { errors } });
  };

  it('tells without a token that replication is disabled', async () => {
    const disabled = { mode: 'disabled' };
    expect((await primary.anonymous.get('sys/replication/status')).body.data).toEqual({
      dr: disabled,
      performance: disabled,
    });
    expect(await primary.status()).toEqual(disabled);
    expect((await primary.anonymous.get('sys/replication/dr/status')).body.data).toEqual(disabled);
  });

  it('refuses what needs a role while there is none, and everything without a token', async () => {
    for (const refusal of WHILE_DISABLED) await refuses(primary.root, refusal);
    expect((await primary.anonymous.post(`${PRIMARY}/enable`)).status).toBe(403);
  });

  it('makes a primary, under the old name, too, and tells its state field by field', async () => {
    const { data, warnings } = (await primary.root.post('sys/replication/primary/enable')).body;
    expect([data, warnings]).toEqual([
      null,
      [
        'This cluster is being enabled as a primary for replication. Vault will be unavailable for a brief period and will resume service shortly.',
      ],
    ]);
    expect(await primary.status()).toMatchObject({
      mode: 'primary',
      state: 'running',
      cluster_id: UUID,
      known_secondaries: [],
      secondaries: [],
      last_wal: expect.any(Number),
      last_performance_wal: expect.any(Number),
      merkle_root: ROOT,
      last_reindex_epoch: '0',
      last_corruption_check_epoch: '-62135596800',
      corrupted_merkle_tree: false,
      primary_cluster_addr: '',
      ssct_generation_counter: 0,
    });
  });

  it('changes the advertised address of a primary without making a new set', async () => {
    const { cluster_id } = await primary.status();
    await primary.root.must('POST', `${PRIMARY}/enable`, { primary_cluster_addr: 'https://127.0.0.1:1/' });
    expect(await primary.status()).toMatchObject({ cluster_id, primary_cluster_addr: 'https://127.0.0.1:1/' });
    await primary.root.must('POST', `${PRIMARY}/enable`, {});
    expect(await primary.status()).toMatchObject({ cluster_id, primary_cluster_addr: '' });
  });

  it('hands out an activation token, always wrapped, and knows its id at once', async () => {
    const { status, body } = await primary.root.post(`${PRIMARY}/secondary-token`, { id: 's1', ttl: '10m' });
    expect([status, body.data]).toEqual([200, null]);
    expect(body.wrap_info).toMatchObject({
      token: expect.stringMatching(/^eyJ/),
      ttl: 600,
      creation_time: TIME,
      creation_path: `${PRIMARY}/secondary-token`,
    });
    expect((await primary.status()).known_secondaries).toEqual(['s1']);
    for (const refusal of ON_PRIMARY) await refuses(primary.root, refusal);
  });

  it('needs sudo for an activation token', async () => {
    await primary.root.must('POST', 'sys/policies/acl/half', {
      policy: `path "${PRIMARY}/*" { capabilities = ["update"] }`,
    });
    const { auth } = await primary.root.must('POST', 'auth/token/create', { policies: ['half'] });
    expect((await primary.root.as(auth.client_token).post(`${PRIMARY}/secondary-token`, { id: 'c' })).status).toBe(403);
  });

  it('revokes an id, again without a complaint, and takes it anew; one that was never given is a 404', async () => {
    for (const id of ['s1', 's1'])
      expect(await primary.root.post(`${PRIMARY}/revoke-secondary`, { id })).toEqual(NOTHING);
    for (const id of ['never', 'constructor']) {
      const texts = [
        `no secondary has the ID "${id}", so nothing was revoked; known_secondaries in sys/replication/performance/status lists them`,
      ];
      expect(await primary.root.post(`${PRIMARY}/revoke-secondary`, { id })).toMatchObject({
        status: 404,
        body: { errors: texts },
      });
    }
    expect((await primary.status()).known_secondaries).toEqual([]);
  });

  it('leaves a cluster as it was when the token is not good', async () => {
    const { wrap_info: wrapped } = await primary.root.must('POST', `${PRIMARY}/secondary-token`, { id: 'spent' });
    await primary.root.must('POST', `${PRIMARY}/revoke-secondary`, { id: 'spent' });
    expect((await secondary.root.post(`${SECONDARY}/enable`, { token: 'no-jwt' })).status).toBe(400);
    expect(await secondary.root.post(`${SECONDARY}/enable`, { token: wrapped.token })).toMatchObject({
      status: 502,
      body: {
        errors: [expect.stringContaining('the primary cluster refuses this secondary: its id was revoked there')],
      },
    });
    expect(
      await secondary.root.post(`${SECONDARY}/enable`, {
        token: wrapped.token,
        primary_api_addr: 'http://127.0.0.1:1',
      }),
    ).toMatchObject({
      status: 502,
      body: {
        errors: [
          expect.stringContaining('error unwrapping secondary token: Post "http://127.0.0.1:1/v1/sys/wrapping/unwrap"'),
        ],
      },
    });
    expect(await secondary.root.post(`${SECONDARY}/enable`, { token: wrapped.token })).toMatchObject({
      status: 400,
      body: { errors: [expect.stringContaining('error response unwrapping secondary token; status code is 400')] },
    });
    expect(await secondary.status()).toEqual({ mode: 'disabled' });
    expect((await secondary.root.get('sys/mounts')).status).toBe(200);
  });

  it('takes no token for an activation that the primary made for something else', async () => {
    const { auth } = await primary.root.must('POST', 'auth/token/create', { policies: ['default'] });
    const bundle = {
      set_id: 'f0f8a3a2-0000-4000-8000-000000000000',
      secondary_id: 's1',
      client_certificate: 'c',
      client_private_key: 'k',
      ca_certificate: 'a',
      expires_at: 4e12,
      primary_cluster_addrs: ['https://127.0.0.1:1'],
      primary_api_addr: '',
    };
    const wrapped = await primary.root
      .as(auth.client_token)
      .post('sys/wrapping/wrap', bundle, { 'X-Vault-Wrap-TTL': '10m', 'X-Vault-Wrap-Format': 'jwt' });
    const { token } = wrapped.body.wrap_info;
    for (const order of [{ token }, { token, dry_run: true }]) {
      expect(await secondary.root.post(`${SECONDARY}/enable`, order)).toMatchObject({
        status: 400,
        body: {
          errors: [
            expect.stringContaining(
              'it is not a replication activation token: the primary made it for "sys/wrapping/wrap", and not for primary/secondary-token',
            ),
          ],
        },
      });
    }
    expect(await secondary.status()).toEqual({ mode: 'disabled' });
    expect((await primary.anonymous.post('sys/wrapping/unwrap', { token })).body.data).toEqual(bundle);
    // One that was wrapped anew is what it was.
    const { wrap_info: made } = await primary.root.must('POST', 'sys/replication/primary/secondary-token', {
      id: 'again',
    });
    const again = await primary.anonymous.post('sys/wrapping/rewrap', { token: made.token });
    expect(
      (await secondary.root.post(`${SECONDARY}/enable`, { token: again.body.wrap_info.token, dry_run: true })).status,
    ).toBe(200);
    await primary.root.must('POST', `${PRIMARY}/revoke-secondary`, { id: 'again' });
  });

  it('makes a secondary, and tells the state of both sides field by field', async () => {
    await secondary.join(primary, 's1');
    await secondary.generateRoot();
    const { cluster_id, ...ofPrimary } = await primary.status();
    expect(await secondary.status()).toMatchObject({
      mode: 'secondary',
      state: 'stream-wals',
      connection_state: 'ready',
      cluster_id,
      secondary_id: 's1',
      merkle_root: ROOT,
      last_remote_wal: expect.any(Number),
      last_start: TIME,
      primary_cluster_addr: expect.stringMatching(/^https:/),
      known_primary_cluster_addrs: [expect.stringMatching(/^https:/)],
      primaries: [expect.objectContaining({ connection_status: 'connected' })],
      last_reindex_epoch: EPOCH_TEXT,
      last_corruption_check_epoch: EPOCH_TEXT,
      corrupted_merkle_tree: false,
      ssct_generation_counter: 0,
    });
    expect(ofPrimary.secondaries).toEqual([
      expect.objectContaining({
        node_id: 's1',
        api_address: secondary.server.address,
        cluster_address: expect.stringMatching(/^https:/),
        connection_status: 'connected',
        last_heartbeat: TIME,
        last_heartbeat_duration_ms: EPOCH_TEXT,
        clock_skew_ms: EPOCH_TEXT,
        replication_primary_canary_age_ms: EPOCH_TEXT,
      }),
    ]);
    for (const refusal of ON_SECONDARY) await refuses(secondary.root, refusal);
  });

  it('takes a value of 30 MiB through the secondary, and gives it back on both sides; a body of 33 MiB is too large', async () => {
    await primary.root.must('POST', 'sys/mounts/kv', { type: 'kv', options: { version: '2' } });
    await secondary.untilInStepWith(primary);
    const value = 'v'.repeat(30 << 20);
    expect(await secondary.root.post('kv/data/large', { data: { value } })).toMatchObject({
      status: 200,
      body: { data: { version: 1 } },
    });
    await secondary.untilInStepWith(primary);
    for (const { root } of [primary, secondary])
      expect((await root.must('GET', 'kv/data/large')).data.data.value === value).toBe(true);
    expect(await secondary.status()).toMatchObject({ state: 'stream-wals', refused: { total: 0 } });
    expect(await answerToBodyOf(33 << 20, secondary.server.address, 'kv/data/huge', secondary.rootToken)).toEqual([
      413,
      { errors: ['http: request body too large'] },
    ]);
    expect((await primary.root.get('kv/data/huge')).status).toBe(404);
  }, 120_000);

  it('keeps status out of the audit log', async () => {
    const file = `${secondary.server.folder}/audit.log`;
    await secondary.root.must('POST', 'sys/audit/file', { type: 'file', local: true, options: { file_path: file } });
    await secondary.status();
    await secondary.root.must('GET', 'sys/mounts');
    const log = readFileSync(file, 'utf8');
    expect(log).toContain('"path":"sys/mounts"');
    expect(log).not.toContain('replication');
  });

  it('tells nothing while sealed, and the same as before afterwards', async () => {
    await secondary.root.must('PUT', 'sys/seal');
    expect((await secondary.anonymous.get('sys/replication/status')).status).toBe(503);
    await secondary.unseal();
    expect(await secondary.status()).toMatchObject({ mode: 'secondary', secondary_id: 's1' });
  });
});
