import { newStreamKey } from '@tidelock/stream';
import { eventually } from '../harness/api';
import { Forger } from '../harness/forger';
import { metricsOf } from '../harness/metrics';
import { ReplicationSet } from '../harness/replication-set';
import { append, rawMessages, readTopic, TopicAdmin, topicOf } from '../harness/topic';
import { topicSpoilers } from '../harness/topic-spoilers';

/** Place of the index in a message's clear header. */
const INDEX_AT = 10;
/** A place ahead of all that a stream has. */
const FAR = { index: 1_000_000, digest: Buffer.alloc(32) };

// P4: a hostile broker can delay, never change what a secondary has.
describe('a hostile broker', () => {
  let set: ReplicationSet;
  let topic: string;
  const admin = new TopicAdmin();

  beforeAll(async () => {
    await admin.connect();
    set = await ReplicationSet.start({ suite: 'hostile' });
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
  const untilPublished = () =>
    eventually('the broker to have it all', async () => {
      const { stream, last_performance_wal: index } = await set.primary.status();
      return stream.publishedIndex >= index;
    });
  const expectEqual = async (keys: readonly string[]) => {
    await set.secondary.untilInStepWith(set.primary);
    for (const key of keys)
      expect((await set.secondary.root.get(`kv/${key}`)).body?.data).toEqual(
        (await set.primary.root.get(`kv/${key}`)).body.data,
      );
  };
  const gapsFound = async () => (await metricsOf(set.secondary.root))['tidelock_replication_gaps_found_total'];
  const refusals = async (): Promise<number> => (await set.secondary.status()).refused.total;

  it('puts forged, cut, repeated, garbled and foreign messages into the topic: all are told, none has an effect', async () => {
    await write('a', 'genuine');
    await set.secondary.untilInStepWith(set.primary);
    const last = (await rawMessages(set)).at(-1) as Buffer;
    // In the clear it claims to be a later one; nobody without the key can make the rest agree.
    const forged = Buffer.from(last);
    forged.writeUIntBE(forged.readUIntBE(INDEX_AT, 6) + 1000, INDEX_AT, 6);
    const other = await ReplicationSet.start({ suite: 'foreign', secondaries: [] });
    await other.primary.root.must('POST', 'sys/mounts/kv', { type: 'kv' });
    const foreign = await eventually('a foreign message', async () => (await rawMessages(other)).at(-1) ?? false);
    await other.stop();
    const [before, root] = [await refusals(), (await set.secondary.status()).merkle_root];
    await append(topic, [Buffer.from('nonsense'), last, last, foreign, forged.subarray(0, forged.length - 7), forged]);
    await eventually('the refusals to be told', async () => (await refusals()) >= before + 6);
    const status = await set.secondary.status();
    expect(status).toMatchObject({ state: 'stream-wals', merkle_root: root });
    expect(status.refused.last).toMatchObject({ reason: 'forged', offset: expect.any(String), at: expect.anything() });
    await write('a', 'after');
    await expectEqual(['a']);
  });

  it('gives a secondary that comes back its messages in another order, one of them cut: it asks the primary what is true', async () => {
    await set.secondary.server.stop();
    await untilPublished();
    const { length } = await readTopic(topic);
    // Each in a request of its own: only what is signed can be a gap.
    for (const value of ['1', '2', '3', '4']) {
      await write(`order-${value}`, value);
      await untilPublished();
    }
    await set.primary.server.stop();
    const messages = (await readTopic(topic)).map(({ value }) => value);
    // Checkpoints may be among them.
    const [first, ...others] = messages.slice(length) as [Buffer, ...Buffer[]];
    const [last, ...between] = others.reverse() as [Buffer, ...Buffer[]];
    await admin.delete(topic);
    expect(
      await admin.create(topic, [...messages.slice(0, length), last.subarray(0, last.length - 3), ...between, first]),
    ).toBe(true);
    await set.secondary.restart();
    // Nobody can be asked yet: it stops where the order ends.
    await eventually('the gap to be seen', async () => set.secondary.server.log.includes('the stream has a gap'));
    for (const value of ['1', '2', '3', '4'])
      expect((await set.secondary.root.get(`kv/order-${value}`)).status).toBe(404);
    await set.primary.restart();
    await expectEqual(['a', 'order-1', 'order-2', 'order-3', 'order-4']);
    await write('a', 'streamed again');
    await expectEqual(['a']);
  }, 120_000);

  it('holds what no publisher writes: all of it is passed over and told, on both sides, and nothing stops', async () => {
    const gaps = await gapsFound();
    for (const [name, spoil] of Object.entries(topicSpoilers)) {
      const before = await refusals();
      await spoil(topic);
      await write('a', name);
      await expectEqual(['a']);
      expect(await refusals()).toBeGreaterThan(before);
    }
    expect(await set.secondary.status()).toMatchObject({
      state: 'stream-wals',
      stream: { brokerUp: true },
      refused: { reasons: { unreadable: expect.any(Number) } },
    });
    // The primary reads the topic where somebody has taken it over.
    const stranger = await Forger.with([newStreamKey()], set);
    await stranger.say([stranger.seal({ kind: 'mutation', after: FAR }).value]);
    await write('a', 'taken back');
    await expectEqual(['a']);
    const { stream } = await set.primary.status();
    expect(stream).toMatchObject({ brokerUp: true, refused: { reasons: { unreadable: expect.any(Number) } } });
    expect(stream.lastError).toBeUndefined();
    expect(await gapsFound()).toBe(gaps);
  }, 180_000);

  it('holds a message under a key that nobody has: a secondary whose primary is away goes on behind it', async () => {
    await set.secondary.server.stop();
    const stranger = await Forger.with([newStreamKey()], set);
    await append(topic, [stranger.seal({ kind: 'mutation', after: FAR }).value]);
    await write('a', 'behind the stranger');
    await untilPublished();
    await set.primary.server.stop();
    await set.secondary.restart();
    await eventually(
      'what follows to arrive',
      async () => (await set.secondary.root.get('kv/a')).body?.data?.value === 'behind the stranger',
    );
    expect((await set.secondary.status()).refused.reasons).toMatchObject({ 'unknown-key': 1 });
    await set.primary.restart();
    await write('a', 'with a primary');
    await expectEqual(['a']);
    expect(await gapsFound()).toBe(0);
  }, 120_000);
});
