import { eventually } from '../harness/api';
import { Cluster } from '../harness/cluster';
import { ReplicationSet } from '../harness/replication-set';
import { KAFKA } from '../harness/services';
import { TopicAdmin, topicOf } from '../harness/topic';

// P8: the topic is deleted, or deleted and made anew by somebody else with other content.
describe('a lost topic', () => {
  let set: ReplicationSet;
  let topic: string;
  const admin = new TopicAdmin();

  beforeAll(async () => {
    await admin.connect();
    set = await ReplicationSet.start({ suite: 'lost' });
    topic = await topicOf(set);
    await set.primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    await write('before', 'served throughout');
    await set.secondary.untilInStepWith(set.primary);
    await set.secondary.generateRoot();
  });
  afterAll(async () => {
    await admin.disconnect();
    await set.stop();
  });

  const write = (key: string, value: string) => set.primary.root.must('POST', `kv/${key}`, { value });
  const readOnSecondary = async (key: string) => (await set.secondary.root.get(`kv/${key}`)).body?.data?.value;
  const expectEqual = async (values: Readonly<Record<string, string>>) => {
    await set.secondary.untilInStepWith(set.primary, 90_000);
    for (const [key, value] of Object.entries(values)) expect([key, await readOnSecondary(key)]).toEqual([key, value]);
  };

  it('is made anew by the primary and followed again, requests being served all the while', async () => {
    await admin.delete(topic);
    await write('lost', 'while the topic was gone');
    expect(await readOnSecondary('before')).toBe('served throughout');
    await eventually('the topic to be made anew', () => admin.exists(topic));
    await expectEqual({ before: 'served throughout', lost: 'while the topic was gone' });
    await write('lost', 'streamed again');
    await expectEqual({ lost: 'streamed again' });
  }, 120_000);

  it('is healed when somebody else made it anew with other content', async () => {
    const rubbish = Array.from({ length: 400 }, (_, at) => Buffer.from(`somebody else's message ${at}`));
    await eventually('a topic of somebody else', async () => {
      await admin.delete(topic);
      return admin.create(topic, rubbish);
    });
    await write('other', 'among rubbish');
    expect(await readOnSecondary('before')).toBe('served throughout');
    await expectEqual({ before: 'served throughout', lost: 'streamed again', other: 'among rubbish' });
    await write('other', 'streamed again');
    await expectEqual({ other: 'streamed again' });
  }, 120_000);

  it('costs nobody a first copy that a kill interrupts', async () => {
    const { root } = set.primary;
    await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let at = 0; at < 500; at += 1)
          await root.must('POST', `kv/copy/${writer}-${at}`, { value: 'x'.repeat(500) });
      }),
    );
    const joiner = await Cluster.start({ kafka: KAFKA, topicPrefix: set.topicPrefix, storage: 'sqlite' });
    const { wrap_info: wrapped } = await root.must('POST', 'sys/replication/performance/primary/secondary-token', {
      id: 'late',
    });
    await joiner.root.must('POST', 'sys/replication/performance/secondary/enable', { token: wrapped.token });
    joiner.adoptKeysOf(set.primary);
    await eventually(
      'the copy to begin',
      async () =>
        (await joiner.anonymous.get('sys/replication/performance/status')).body?.data?.mode === 'bootstrapping',
    );
    await joiner.server.kill();
    await joiner.restart();
    await joiner.untilStreaming();
    await joiner.untilInStepWith(set.primary);
    await joiner.server.stop();
  }, 120_000);
});
