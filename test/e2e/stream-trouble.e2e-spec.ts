import { Kafka, logLevel } from 'kafkajs';
import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { ReplicationSet } from '../harness/replication-set';
import { KAFKA } from '../harness/services';
import { append, rawMessages, topicOf } from '../harness/topic';

// P4 and P8: a hostile or forgetful broker can delay, never change or lose what a secondary has in the end.
describe('trouble with the stream', () => {
  let set: ReplicationSet;
  let topic: string;
  const admin = new Kafka({ clientId: 'test', brokers: KAFKA.split(','), logLevel: logLevel.NOTHING }).admin();

  beforeAll(async () => {
    await admin.connect();
    set = await ReplicationSet.start({ suite: 'trouble' });
    topic = await topicOf(set);
    await set.primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await set.secondary.untilInStepWith(set.primary);
    await set.secondary.generateRoot();
  });
  afterAll(async () => {
    await admin.disconnect();
    await set.stop();
  });

  const write = (key: string, value: string) => set.primary.root.must('POST', `kv/${key}`, { value });
  const readOnSecondary = async (key: string) => (await set.secondary.root.get(`kv/${key}`)).body?.data?.value;

  it('reports forged, garbled, repeated and foreign messages, and none of them has an effect', async () => {
    await write('a', 'genuine');
    await set.secondary.untilInStepWith(set.primary);
    const genuine = await rawMessages(set);
    const last = genuine.at(-1) as Buffer;
    const flipped = Buffer.from(last);
    flipped.writeUInt8(flipped.readUInt8(flipped.length - 1) ^ 1, flipped.length - 1);
    const other = await ReplicationSet.start({ suite: 'foreign' });
    await other.primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    const foreign = await eventually('a foreign message', async () => (await rawMessages(other)).at(-1) ?? false);
    await other.stop();
    const before = (await set.secondary.status()).merkle_root;
    await append(topic, [Buffer.from('nonsense'), flipped, last, foreign]);
    const status = await eventually('the refusals to be told', async () => {
      const now = await set.secondary.status();
      return now.refused.total >= 4 && now;
    });
    expect(status.refused.last).toMatchObject({ reason: expect.any(String), offset: expect.any(String), at: expect.anything() });
    expect(status).toMatchObject({ state: 'stream-wals', merkle_root: before });
    await write('a', 'after');
    await set.secondary.untilInStepWith(set.primary);
    expect(await readOnSecondary('a')).toBe('after');
  });

  it('heals by itself when the broker has dropped what a secondary that was away has not read', async () => {
    await set.secondary.server.stop();
    for (let at = 0; at < 50; at += 1) await write(`away/${at}`, `value ${at}`);
    const [partition] = await eventually('the broker to have it all', async () => {
      const { publishedIndex } = (await set.primary.status()).stream;
      return publishedIndex >= (await set.primary.status()).last_performance_wal && admin.fetchTopicOffsets(topic);
    });
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: (partition as { high: string }).high }] });
    await set.secondary.restart();
    await set.secondary.untilInStepWith(set.primary);
    expect(await readOnSecondary('away/49')).toBe('value 49');
    await write('away/next', 'streamed');
    await set.secondary.untilInStepWith(set.primary);
  });

  it('heals by itself when the topic is lost, serving all the while', async () => {
    await admin.deleteTopics({ topics: [topic] });
    await write('lost', 'while the topic was gone');
    expect(await readOnSecondary('a')).toBe('after');
    await eventually('the topic to be made anew', async () => (await admin.listTopics()).includes(topic));
    await set.secondary.untilInStepWith(set.primary, 90_000);
    expect(await readOnSecondary('lost')).toBe('while the topic was gone');
    await write('lost', 'streamed again');
    await set.secondary.untilInStepWith(set.primary);
  }, 120_000);

  it('resumes a first copy that a kill interrupted', async () => {
    const { root } = set.primary;
    await Promise.all(Array.from({ length: 8 }, async (_, writer) => {
      for (let at = 0; at < 500; at += 1) await root.must('POST', `kv/copy/${writer}-${at}`, { value: 'x'.repeat(500) });
    }));
    const joiner = await Cluster.start({ kafka: KAFKA, topicPrefix: set.topicPrefix, storage: 'sqlite' });
    const { wrap_info: wrapped } = await root.must('POST', 'sys/replication/performance/primary/secondary-token', { id: 'late' });
    await joiner.root.must('POST', 'sys/replication/performance/secondary/enable', { token: wrapped.token });
    joiner.adoptKeysOf(set.primary);
    await eventually('the copy to begin', async () => (await joiner.anonymous.get('sys/replication/performance/status')).body?.data?.mode === 'bootstrapping');
    await joiner.server.kill();
    await joiner.restart();
    await joiner.untilStreaming();
    await joiner.untilInStepWith(set.primary);
    await joiner.server.stop();
  });
});
