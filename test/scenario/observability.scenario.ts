import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { TIME } from '../harness/expectations';
import { metricsOf, metricsText } from '../harness/metrics';
import { BUDGET, health, IDS, type WatchedSet, watchedSet, WRITES } from './watched-set.testing';

const MEMBERS = ['eu', expect.stringMatching(/^primary-[0-9a-f]{8}$/), 'sa', 'us'].map((id) => ({
  id,
  state: 'active',
  since_epoch: 1,
}));
const DIGITS = expect.stringMatching(/^-?\d+$/) as string;
const ROOT = expect.stringMatching(/^[0-9a-f]{40}$/) as string;
const COMMON = {
  cluster_id: expect.any(String),
  merkle_root: ROOT,
  last_reindex_epoch: DIGITS,
  last_corruption_check_epoch: DIGITS,
  corrupted_merkle_tree: false,
  ssct_generation_counter: 0,
};
const PEER = {
  api_address: expect.stringMatching(/^http:/),
  cluster_address: expect.stringMatching(/^https:/),
  connection_status: 'connected',
  last_heartbeat: TIME,
  last_heartbeat_duration_ms: DIGITS,
  clock_skew_ms: DIGITS,
  replication_primary_canary_age_ms: DIGITS,
};
const MILLISECONDS = expect.any(Number) as number;
const DELAYS = { last: MILLISECONDS, p50: MILLISECONDS, p99: MILLISECONDS, max: MILLISECONDS };
const like = (members: object) => expect.objectContaining(members) as object;
const LAG = 'tidelock_replication_lag_mutations';

// What an operator can see: on both sides, of each secondary, while all is well and while it is not.
describe('status, health and metrics of a set with three secondaries', () => {
  let { kafka, set, primary, write, allInStep, stop } = {} as WatchedSet;
  beforeAll(async () => {
    ({ kafka, set, primary, write, allInStep, stop } = await watchedSet('observability'));
  }, 180_000);
  afterAll(() => stop());

  it('tells the state of the primary and of each secondary field by field', async () => {
    await allInStep();
    const ofPrimary = await eventually('all to be connected, with nothing left to apply', async () => {
      const status = await primary.status();
      return (
        status.secondaries.length === IDS.length &&
        status.secondaries.every((one: { lag_mutations: number }) => one.lag_mutations === 0) &&
        status
      );
    });
    expect(ofPrimary).toMatchObject({
      ...COMMON,
      mode: 'primary',
      state: 'running',
      known_secondaries: IDS,
      last_wal: expect.any(Number),
      last_performance_wal: expect.any(Number),
      primary_cluster_addr: '',
      known_secondary_states: { eu: 'active', sa: 'active', us: 'active' },
      members: MEMBERS,
      secondaries: IDS.map((id) => ({ ...PEER, node_id: id, lag_seconds: 0, lag_ms: MILLISECONDS })),
    });
    for (const [at, secondary] of set.secondaries.entries()) {
      const status = await secondary.status();
      expect(status).toMatchObject({
        ...COMMON,
        cluster_id: ofPrimary.cluster_id,
        mode: 'secondary',
        state: 'stream-wals',
        connection_state: 'ready',
        secondary_id: IDS[at],
        last_remote_wal: expect.any(Number),
        last_start: TIME,
        primary_cluster_addr: expect.stringMatching(/^https:/),
        known_primary_cluster_addrs: [expect.stringMatching(/^https:/)],
        primaries: [PEER],
        members: MEMBERS,
        lag_mutations: expect.any(Number),
        lag_seconds: expect.any(Number),
        lag_ms: MILLISECONDS,
      });
      expect(Object.keys(status)).not.toContain('node_id');
      expect((await secondary.anonymous.get('sys/health')).body).toMatchObject({
        replication_performance_mode: 'secondary',
        echo_duration_ms: expect.any(Number),
        clock_skew_ms: expect.any(Number),
        replication_primary_canary_age_ms: expect.any(Number),
      });
    }
  });

  it('measures the same, on both sides', async () => {
    await write(WRITES);
    await allInStep();
    const ofPrimary = await metricsOf(primary.root);
    expect(ofPrimary).toMatchObject({
      vault_core_unsealed: 1,
      vault_core_replication_performance_primary: 1,
      vault_core_replication_performance_secondary: 0,
    });
    for (const name of [
      'vault_wal_persistWALs_count',
      'tidelock_store_reads_count',
      'tidelock_replication_publish_count',
      'vault_core_handle_request_count',
      'vault_replication_rpc_server_echo_count',
      'vault_replication_rpc_server_bootstrap_request_count',
    ]) {
      expect([name, (ofPrimary[name] ?? 0) > 0]).toEqual([name, true]);
    }
    for (const [at, secondary] of set.secondaries.entries()) {
      expect(ofPrimary[`tidelock_replication_secondary_connected{secondary="${IDS[at]}"}`]).toBe(1);
      const own = await metricsOf(secondary.root);
      expect(own).toMatchObject({
        vault_core_replication_performance_secondary: 1,
        tidelock_replication_connected: 1,
        'tidelock_replication_state{state="stream-wals"}': 1,
      });
      expect(own['tidelock_replication_applied_mutations_total']).toBeGreaterThanOrEqual(WRITES);
      expect(own['vault_replication_fsm_last_remote_wal']).toBeGreaterThanOrEqual(
        ofPrimary['vault_replication_wal_last_performance_wal'] as number,
      );
    }
    for (const [at, secondary] of set.secondaries.entries()) {
      const own = await secondary.status();
      expect(own).toMatchObject({ lag_ms: MILLISECONDS, apply_delay_ms: DELAYS });
      const told = await eventually('the primary to be told how long the writes took', async () => {
        const { secondaries } = await primary.status();
        return secondaries[at].apply_delay_ms?.last === own.apply_delay_ms.last && secondaries[at];
      });
      expect(told).toMatchObject({ lag_ms: MILLISECONDS, apply_delay_ms: DELAYS });
      expect(own.apply_delay_ms.p50).toBeLessThanOrEqual(own.apply_delay_ms.p99);
      expect(await metricsOf(secondary.root)).toMatchObject({
        tidelock_replication_lag_ms: MILLISECONDS,
        'tidelock_replication_apply_delay_ms{figure="p99"}': MILLISECONDS,
      });
      expect(await metricsOf(primary.root)).toMatchObject({
        [`tidelock_replication_secondary_lag_ms{secondary="${IDS[at]}"}`]: MILLISECONDS,
        [`tidelock_replication_secondary_apply_delay_ms{secondary="${IDS[at]}",figure="p99"}`]: MILLISECONDS,
      });
    }
    const inVaultsForm = await primary.root.must('GET', 'sys/metrics');
    expect(inVaultsForm.Gauges).toContainEqual({
      Name: 'vault.core.replication.performance.primary',
      Value: 1,
      Labels: {},
    });
  });

  it('remembers the lag of the last minutes, on both sides, for whom the status is open', async () => {
    const [since, point] = [
      new Date(Date.now() - 60_000).toISOString(),
      { time: TIME, lag_ms: MILLISECONDS, lag_mutations: MILLISECONDS },
    ];
    const historyOf = async ({ anonymous }: Cluster, from: string) =>
      (await anonymous.must('GET', `sys/replication/performance/history?since=${from}`)).data;
    const ofPrimary = await historyOf(primary, since);
    expect(Object.keys(ofPrimary.series).sort()).toEqual(IDS);
    expect(ofPrimary).toMatchObject({ interval_ms: 2000, series: { eu: expect.arrayContaining([like(point)]) } });
    const own = await historyOf(set.secondary, since);
    expect(own).toMatchObject({ interval_ms: 1000, series: { [IDS[0]]: expect.arrayContaining([like(point)]) } });
    const measured = own.series[IDS[0]].filter(({ p50 }: { p50: number | null }) => p50 !== null);
    expect(measured).toContainEqual(like({ ...point, p50: MILLISECONDS, max: MILLISECONDS }));
    const last = own.series[IDS[0]].at(-1).time;
    for (const { time } of (await historyOf(set.secondary, last)).series[IDS[0]])
      expect(Date.parse(time)).toBeGreaterThan(Date.parse(last));
    expect((await primary.anonymous.get('sys/replication/performance/history?since=soon')).status).toBe(400);
  });

  it('lists what the role of each cluster does by itself', async () => {
    const tasksOf = async ({ root }: Cluster): Promise<string[]> => {
      const { tasks } = (await root.must('GET', 'sys/internal/tasks')).data as {
        tasks: { path: string; last_error: string }[];
      };
      expect(tasks.filter(({ last_error }) => last_error !== '')).toEqual([]);
      return tasks
        .map(({ path }) => path)
        .filter((path) => path.startsWith('node/opened/unsealed/active/replication/'))
        .map((path) => path.slice('node/opened/unsealed/active/replication/'.length));
    };
    expect(await tasksOf(primary)).toEqual([
      'self-check',
      'recovery',
      'step-down',
      'primary/checkpoints',
      'primary/certificate',
      'primary/secondaries',
      'primary/outcomes',
      'primary/journal',
      'primary/access',
      'primary/stream-full/publish',
      'primary/stream-full/mark',
      'primary/filter-streams/reconcile',
    ]);
    expect(await tasksOf(set.secondaries[0] as Cluster)).toEqual([
      'self-check',
      'recovery',
      'step-down',
      'secondary/heartbeat',
      'secondary/certificate',
      'secondary/lag',
      'secondary/stream/follow',
      'secondary/stream/watch',
    ]);
  });

  it('gives them to no one without a policy, and tells no secret', async () => {
    for (const token of ['', 'hvs.unknown'])
      expect((await primary.anonymous.as(token).get('sys/metrics')).status).toBe(403);
    expect((await primary.root.get('sys/metrics?format=xml')).status).toBe(400);
    const { auth } = await primary.root.must('POST', 'auth/token/create', { policies: ['default'] });
    expect((await primary.anonymous.as(auth.client_token).get('sys/metrics')).status).toBe(403);
    for (const secret of [primary.rootToken, auth.client_token, 'value 1', ...primary.keys])
      expect(await metricsText(primary.root)).not.toContain(secret);
    const open = await Cluster.start({
      kafka: kafka.brokers,
      topicPrefix: 'unused',
      storage: 'sqlite',
      config: 'telemetry { unauthenticated_metrics_access = true prometheus_retention_time = "30s" }',
    });
    expect(await metricsOf(open.anonymous)).toMatchObject({ vault_core_unsealed: 1 });
    await open.root.must('PUT', 'sys/seal');
    expect(await metricsOf(open.anonymous)).toMatchObject({ vault_core_unsealed: 0 });
    await open.server.stop();
  });

  it('sends canaries while nothing is written, and tells their age', async () => {
    const { secondary } = set;
    const [before, began] = [await secondary.status(), Date.now()];
    // The first may be the proof of what was written before; the second is there for nothing but its age.
    const after = await eventually('two canaries to arrive', async () => {
      const now = await secondary.status();
      return now.last_remote_wal >= before.last_remote_wal + 2 && now;
    });
    expect(after.merkle_root).toBe(before.merkle_root);
    const younger = (age: unknown): boolean => Number(age) < Date.now() - began;
    await eventually('both sides to tell an age that is younger than this test', async () => {
      const [{ primaries }, { secondaries }, { body }] = [
        await secondary.status(),
        await primary.status(),
        await secondary.anonymous.get('sys/health'),
      ];
      return [...primaries, ...secondaries, body].every(({ replication_primary_canary_age_ms: age }) => younger(age));
    });
  });

  it('shows what waits and who is behind while the broker hangs, and nothing afterwards', async () => {
    kafka.pause();
    await write(WRITES, 'while the broker hangs');
    const stuck = await eventually('the journal to grow', async () => {
      const now = await metricsOf(primary.root);
      const old = (now['tidelock_replication_journal_oldest_pending_seconds'] ?? 0) > 1;
      return now['tidelock_replication_broker_up'] === 0 && old && now;
    });
    expect(stuck['tidelock_replication_journal_pending_rows']).toBeGreaterThanOrEqual(WRITES);
    expect(stuck['tidelock_replication_journal_budget_bytes']).toBe(BUDGET);
    expect(stuck['tidelock_replication_journal_pending_bytes']).toBeGreaterThan(BUDGET);
    expect((await primary.status()).journal).toMatchObject({
      pending_bytes: stuck['tidelock_replication_journal_pending_bytes'],
      budget_bytes: BUDGET,
      warning: expect.stringContaining('journal_budget_bytes'),
    });
    await eventually('the log to say so', async () => primary.server.log.includes('the journal outgrows its budget'));
    for (const [at, secondary] of set.secondaries.entries()) {
      await eventually('the load balancer to be told', async () => (await health(secondary, '?max_lag=1s')) === 503);
      expect(await health(secondary, '?max_lag=1s&laggingcode=299')).toBe(299);
      expect(await health(secondary)).toBe(200);
      expect((await secondary.status()).lag_mutations).toBeGreaterThanOrEqual(WRITES);
      expect((await secondary.status()).lag_seconds).toBeGreaterThan(0);
      await eventually('its state to grow old', async () => (await secondary.status()).lag_ms > 3000);
      expect((await metricsOf(secondary.root))[LAG]).toBeGreaterThanOrEqual(WRITES);
      const seen = await eventually('the primary to see it', async () => {
        const { secondaries } = await primary.status();
        return secondaries[at].lag_mutations >= WRITES && secondaries[at];
      });
      expect(seen.lag_seconds).toBeGreaterThan(0);
      await eventually('the primary to be told so', async () => (await primary.status()).secondaries[at].lag_ms > 3000);
      expect(
        (await metricsOf(primary.root))[`tidelock_replication_secondary_lag_seconds{secondary="${IDS[at]}"}`],
      ).toBeGreaterThan(0);
    }
    expect(await health(primary, '?max_lag=1s')).toBe(200);
    for (const query of ['?max_lag=soon', '?max_lag=-1s']) expect(await health(set.secondary, query)).toBe(400);
    kafka.resume();
    await allInStep();
    for (const secondary of set.secondaries)
      await eventually('the lag to be gone', async () => (await health(secondary, '?max_lag=1s')) === 200);
    await eventually(
      'the journal to be published',
      async () => (await metricsOf(primary.root))['tidelock_replication_journal_oldest_pending_seconds'] === 0,
    );
    await eventually('nothing to wait', async () => (await primary.status()).journal.pending_bytes === 0);
    expect((await primary.status()).journal).not.toHaveProperty('warning');
    await eventually('the log to say that it fits again', async () =>
      primary.server.log.includes('the journal is within its budget again'),
    );
    await eventually('what is published to go', async () => (await primary.status()).journal.bytes <= BUDGET);
  }, 240_000);
});
