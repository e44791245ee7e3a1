import { Kafka, logLevel } from 'kafkajs';
import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { metricsOf } from '../harness/metrics';
import { health, IDS, type WatchedSet, watchedSet, WRITES } from './watched-set.testing';

describe('status, health and metrics of a set that misses a member', () => {
  let { kafka, set, primary, write, allInStep, stop } = {} as WatchedSet;
  beforeAll(async () => {
    ({ kafka, set, primary, write, allInStep, stop } = await watchedSet('missed-members'));
  }, 180_000);
  afterAll(() => stop());

  it('counts what was refused, by reason, and a gap that was found and healed', async () => {
    const us = set.secondaries[2] as Cluster;
    const client = new Kafka({ clientId: 'test', brokers: [kafka.brokers], logLevel: logLevel.NOTHING });
    const topic = `${set.topicPrefix}.${(await primary.status()).cluster_id}.stream`;
    const [producer, admin] = [client.producer(), client.admin()];
    await producer.connect();
    await producer.send({ topic, messages: [{ value: Buffer.from('nonsense'), partition: 0 }] });
    await producer.disconnect();
    await eventually(
      'the refusal to be counted',
      async () => (await metricsOf(us.root))['tidelock_replication_refused_total{reason="bad-format"}'] === 1,
    );

    await us.server.kill();
    await eventually(
      'the primary to miss it',
      async () => (await metricsOf(primary.root))['tidelock_replication_secondary_connected{secondary="us"}'] === 0,
    );
    expect(
      (await primary.status()).secondaries.map((one: { connection_status: string }) => one.connection_status),
    ).toEqual(['connected', 'connected', 'disconnected']);
    await write(WRITES, 'while us was away');
    await set.secondary.untilInStepWith(primary);
    await admin.connect();
    const [partition] = await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({
      topic,
      partitions: [{ partition: 0, offset: (partition as { high: string }).high }],
    });
    await admin.disconnect();
    await us.restart();
    await us.untilStreaming();
    await allInStep();
    // The data is equal a moment before the stream is followed again.
    const healed = await eventually('the gap to count as healed', async () => {
      const now = await metricsOf(us.root);
      return (now['tidelock_replication_gaps_healed_total'] ?? 0) > 0 && now;
    });
    expect(healed['tidelock_replication_gaps_found_total']).toBeGreaterThan(0);
    expect(healed['vault_replication_merkleSync_count']).toBeGreaterThan(0);
    expect(healed['vault_replication_rpc_client_fetch_keys_count']).toBeGreaterThan(0);
  }, 180_000);

  it("keeps the primary's addresses while the primary is away, and says that it is", async () => {
    const { secondary } = set;
    const { known_primary_cluster_addrs: known } = await secondary.status();
    await primary.server.stop();
    await eventually(
      'the loss to be noticed',
      async () => (await secondary.status()).connection_state === 'transient_failure',
    );
    expect(await secondary.status()).toMatchObject({
      known_primary_cluster_addrs: known,
      primaries: [{ connection_status: 'disconnected' }],
    });
    expect(await metricsOf(secondary.root)).toMatchObject({ tidelock_replication_connected: 0 });
    await eventually(
      'nobody to know how far behind it is',
      async () => (await health(secondary, '?max_lag=2s')) === 503,
    );
    expect(await health(secondary)).toBe(200);
    await secondary.server.stop();
    await secondary.restart();
    expect((await secondary.status()).known_primary_cluster_addrs).toEqual(known);
    await primary.restart();
    await eventually('the primary to be back', async () => (await secondary.status()).connection_state === 'ready');
    await allInStep();
    await eventually('the load balancer to be told', async () => (await health(secondary, '?max_lag=2s')) === 200);
  }, 180_000);

  it('remembers a revoked secondary apart from those it knows, and lets its id be given anew', async () => {
    await primary.root.must('POST', 'sys/replication/performance/primary/revoke-secondary', { id: 'us' });
    const states = { eu: 'active', sa: 'active', us: 'revoked' };
    expect(await primary.status()).toMatchObject({ known_secondaries: ['eu', 'sa'], known_secondary_states: states });
    expect(await metricsOf(primary.root)).toMatchObject({
      'tidelock_replication_known_secondaries{state="revoked"}': 1,
      'tidelock_replication_known_secondaries{state="active"}': 2,
    });
    await primary.root.must('POST', 'sys/replication/performance/primary/secondary-token', { id: 'us' });
    expect(await primary.status()).toMatchObject({
      known_secondaries: IDS,
      known_secondary_states: { ...states, us: 'pending' },
    });
  });
});
