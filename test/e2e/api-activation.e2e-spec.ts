import { Cluster } from '../harness/cluster';
import { expectRefusal, NOTHING, type Refusal, TIME } from '../harness/expectations';
import { KAFKA, newTopicPrefix } from '../harness/services';

const PRIMARY = 'sys/replication/performance/primary';
const SECONDARY = 'sys/replication/performance/secondary';
const UNREADABLE = 'eyJhbGciOiJFUzUxMiJ9.e30.AAAA';

const ON_PRIMARY: readonly Refusal[] = [
  ['POST', `${PRIMARY}/secondary-token`, {}, 400, ['id must be specified']],
  [
    'POST',
    `${PRIMARY}/secondary-token`,
    { id: 's1' },
    400,
    ['secondary with ID "s1" already exists: take another id, or revoke this one first (primary/revoke-secondary)'],
  ],
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

describe('sys/replication/performance/primary/secondary-token', () => {
  let primary: Cluster;
  let secondary: Cluster;

  beforeAll(async () => {
    const topicPrefix = newTopicPrefix('api-activation');
    const start = () => Cluster.start({ kafka: KAFKA, topicPrefix, storage: 'sqlite' });
    [primary, secondary] = await Promise.all([start(), start()]);
    await primary.root.must('POST', `${PRIMARY}/enable`);
  });
  afterAll(() => Promise.all([primary.server.stop(), secondary.server.stop()]));

  it('hands out an activation token, always wrapped, and knows its id at once', async () => {
    const { status, body } = await primary.root.post(`${PRIMARY}/secondary-token`, { id: 's1', ttl: '10m' });
    expect([status, body.data]).toEqual([200, null]);
    expect(body.wrap_info).toMatchObject({
      token: expect.stringMatching(/^eyJ/),
      ttl: 600,
      creation_time: TIME,
      creation_path: `${PRIMARY}/secondary-token`,
    });
    const { known_secondaries: known, known_secondary_token_expires: expiries } = await primary.status();
    expect([known, expiries]).toEqual([['s1'], { s1: TIME }]);
    for (const refusal of ON_PRIMARY) await expectRefusal(primary.root, refusal);
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
      status: 400,
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
});
