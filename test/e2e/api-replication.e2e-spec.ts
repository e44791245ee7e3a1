import { readFileSync } from 'node:fs';
import { Cluster } from '../harness/cluster';
import { expectRefusal, type Refusal, TIME, UUID } from '../harness/expectations';
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
    for (const refusal of WHILE_DISABLED) await expectRefusal(primary.root, refusal);
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
    for (const refusal of ON_SECONDARY) await expectRefusal(secondary.root, refusal);
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
