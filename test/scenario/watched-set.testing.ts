import { startKafka } from '@tidelock/dev-kafka';
import type { Cluster } from '../harness/cluster';
import { ReplicationSet } from '../harness/replication-set';

export const IDS = ['eu', 'sa', 'us'] as const;
export const WRITES = 20;
export const BUDGET = 2000;

export type WatchedSet = Awaited<ReturnType<typeof watchedSet>>;

/** A set of three secondaries with a broker of its own, and a key/value engine. */
export async function watchedSet(suite: string) {
  const kafka = await startKafka();
  const set = await ReplicationSet.start({
    suite,
    secondaries: IDS,
    kafka: kafka.brokers,
    config: `replication { journal_budget_bytes = ${BUDGET} }`,
  });
  const { primary } = set;
  await primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
  for (const secondary of set.secondaries) {
    await secondary.untilInStepWith(primary);
    await secondary.generateRoot();
  }
  const stop = async (): Promise<void> => {
    kafka.resume();
    await set.stop();
    await kafka.stop();
  };
  const write = async (count: number, value = 'value'): Promise<void> => {
    for (let at = 0; at < count; at += 1) await primary.root.must('POST', `kv/${at}`, { value: `${value} ${at}` });
  };
  const allInStep = async (): Promise<void> => {
    for (const secondary of set.secondaries) await secondary.untilInStepWith(primary, 120_000);
    for (const secondary of set.secondaries)
      expect((await secondary.root.get('kv/0')).body.data).toEqual((await primary.root.get('kv/0')).body.data);
  };
  return { kafka, set, primary, write, allInStep, stop };
}

export const health = async (cluster: Cluster, query = '') =>
  (await cluster.anonymous.get(`sys/health${query}`)).status;
