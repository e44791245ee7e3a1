import { type RunningKafka, startKafka } from '@tidelock/dev-kafka';
import { eventually } from '../harness/api';
import type { Cluster } from '../harness/cluster';
import { ReplicationSet } from '../harness/replication-set';

// P6 without a broker to ask: the old primary dies with writes that nobody has, and both secondaries are promoted by force.
describe('Two promotions at once', () => {
  let kafka: RunningKafka;
  let set: ReplicationSet;

  beforeAll(async () => {
    kafka = await startKafka({});
    set = await ReplicationSet.start({ suite: 'two', kafka: kafka.brokers, secondaries: ['us-east', 'eu-west'] });
    await set.primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    for (const secondary of set.secondaries) {
      await secondary.untilInStepWith(set.primary);
      await secondary.generateRoot();
    }
  });
  afterAll(async () => {
    await set.stop();
    await kafka.stop();
  });

  const quarantined = async (cluster: Cluster): Promise<string[]> =>
    (await cluster.root.must('GET', 'sys/replication/performance/quarantine')).data.mutations.map(
      ({ path }: { path: string }) => path,
    );

  it('leave one primary, when the broker is back, and lose nothing that was acknowledged', async () => {
    const [old, ...secondaries] = [set.primary, ...set.secondaries] as [Cluster, Cluster, Cluster];
    await kafka.kill();
    await old.root.must('POST', 'kv/on-old', { value: 'old' });
    await old.server.kill();
    await Promise.all(
      secondaries.map(async (cluster, at) => {
        await cluster.promote(true);
        await cluster.root.must('POST', `kv/on-${at}`, { value: at });
      }),
    );
    await kafka.restart();
    const winner = await eventually(
      'one of them to step down',
      async () => {
        const modes = await Promise.all(secondaries.map(async (cluster) => (await cluster.status()).mode));
        return modes.filter((mode) => mode === 'primary').length === 1 && secondaries[modes.indexOf('primary')];
      },
      90_000,
    );
    const loser = secondaries.find((cluster) => cluster !== winner) as Cluster;
    await old.restart();
    await eventually('the old primary to step down', async () => (await old.status()).fenced);
    expect(await quarantined(old)).toEqual(['kv/on-old']);
    expect(await quarantined(loser)).toEqual([`kv/on-${secondaries.indexOf(loser)}`]);
    for (const [cluster, id] of [
      [old, 'old'],
      [loser, 'loser'],
    ] as const) {
      await cluster.follow(winner, id);
      await cluster.untilInStepWith(winner);
    }
    for (const cluster of [winner, loser, old]) {
      expect((await cluster.root.must('LIST', 'kv/')).data.keys).toEqual([`on-${secondaries.indexOf(winner)}`]);
    }
  }, 180_000);
});
