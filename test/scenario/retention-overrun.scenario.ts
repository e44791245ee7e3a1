import { eventually } from '../harness/api';
import { ReplicationSet } from '../harness/replication-set';
import { TopicAdmin, topicOf } from '../harness/topic';

// P8: the broker drops what a secondary has not read, while it was down for months or merely hung.
describe('a broker that keeps less than a secondary needs', () => {
  let set: ReplicationSet;
  let topic: string;
  const admin = new TopicAdmin();

  beforeAll(async () => {
    await admin.connect();
    set = await ReplicationSet.start({ suite: 'retention' });
    topic = await topicOf(set);
    await set.primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    for (let at = 0; at < 30; at += 1) await write(`before/${at}`, `value ${at}`);
    await set.secondary.untilInStepWith(set.primary);
    await set.secondary.generateRoot();
  });
  afterAll(async () => {
    await admin.disconnect();
    await set.stop();
  });

  const write = (key: string, value: string) => set.primary.root.must('POST', `kv/${key}`, { value });
  const writeThenDrop = async (folder: string) => {
    for (let at = 0; at < 50; at += 1) await write(`${folder}/${at}`, `${folder} ${at}`);
    await set.primary.root.must('DELETE', `kv/before/${folder.length}`);
    await eventually('the broker to have it all', async () => {
      const { stream, last_performance_wal: index } = await set.primary.status();
      return stream.publishedIndex >= index;
    });
    await admin.truncate(topic);
  };
  const expectEqual = async (folder: string) => {
    await set.secondary.untilInStepWith(set.primary);
    for (let at = 0; at < 50; at += 1)
      expect((await set.secondary.root.get(`kv/${folder}/${at}`)).body?.data).toEqual({ value: `${folder} ${at}` });
    expect((await set.secondary.root.get(`kv/before/${folder.length}`)).status).toBe(404);
    await write(`${folder}/next`, 'streamed');
    await set.secondary.untilInStepWith(set.primary);
    expect((await set.secondary.root.get(`kv/${folder}/next`)).body.data.value).toBe('streamed');
    expect((await set.secondary.status()).state).toBe('stream-wals');
  };

  it('is healed when the secondary comes back from far behind', async () => {
    await set.secondary.server.stop();
    await writeThenDrop('away');
    await set.secondary.restart();
    await expectEqual('away');
  });

  it('is healed when the topic is cut under a secondary that hung', async () => {
    set.secondary.server.signal('SIGSTOP');
    await writeThenDrop('hung-on');
    set.secondary.server.signal('SIGCONT');
    await expectEqual('hung-on');
  }, 120_000);
});
