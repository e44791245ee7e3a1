import { reasonOf } from '@tidelock/kernel';
import { streamContract } from '@tidelock/stream/contract';
import { DirectTransport } from '../adapters/direct-transport';
import { MemoryBroker, UNREADABLE } from '../adapters/memory/memory-broker';
import { MemoryStreamConsumer } from '../adapters/memory/memory-stream-consumer';
import { MemoryStreamPublisher } from '../adapters/memory/memory-stream-publisher';
import type { StreamPublisher } from '../ports/stream';
import type { StreamBroker } from '../ports/stream-broker';
import { observedBroker } from './observed-broker';
import { PublishFigures } from './publish-figures';

const SETTINGS = { brokers: [], topicPrefix: 't' };

const reached = (broker: MemoryBroker): StreamBroker => ({
  publisher: () => new MemoryStreamPublisher(broker),
  consumer: () => new MemoryStreamConsumer(broker),
  explain: reasonOf,
  transport: new DirectTransport(),
});

const broker = new MemoryBroker();

streamContract(
  'a broker that is observed',
  async () => {
    const observed = observedBroker(reached(broker), new PublishFigures());
    return {
      publisher: () => observed.publisher(SETTINGS),
      consumer: () => observed.consumer(SETTINGS),
      dropBefore: async (topic, offset) => broker.dropBefore(topic, offset),
    };
  },
  { 'what no publisher writes': async (topic) => void broker.append(topic, [UNREADABLE]) },
);

describe('a broker that is observed', () => {
  const texts = (...all: string[]) => all.map((text) => Buffer.from(text));

  it('tells of each batch: where it goes, how many messages it has, and what becomes of it', async () => {
    const seen: unknown[] = [];
    const publisher = observedBroker(reached(broker), {
      publish: async (batch, run) => {
        seen.push(batch);
        const answer = await run();
        seen.push(answer);
        return answer;
      },
    }).publisher(SETTINGS);
    await publisher.ensureTopic('t');
    expect(await publisher.publish('t', texts('a', 'b'))).toEqual({ lastOffset: '1' });
    expect(seen).toEqual([{ topic: 't', messages: 2 }, { lastOffset: '1' }]);
  });

  it('has its messages counted that the broker has acknowledged, and its failures', async () => {
    const figures = new PublishFigures();
    const publisher = observedBroker(reached(broker), figures).publisher(SETTINGS);
    await publisher.publish('u', texts('a', 'b', 'c'));
    await publisher.close();
    await expect(publisher.publish('u', texts('d'))).rejects.toThrow('the stream publisher is closed');
    const [batches, ...counters] = figures.metrics();
    expect(batches).toMatchObject({ name: 'tidelock.replication.publish', tally: { count: 2 } });
    expect(counters).toMatchObject([
      { name: 'tidelock.replication.publish_failures_total', readings: [{ value: 1 }] },
      { name: 'tidelock.replication.published_messages_total', readings: [{ value: 3 }] },
    ]);
  });

  it('hands on everything that is asked of a publisher', async () => {
    const asked: unknown[] = [];
    const ask =
      (name: string) =>
      async (...order: unknown[]) =>
        void asked.push([name, ...order]);
    const behind = new Proxy({}, { get: (_, name) => ask(String(name)) }) as StreamPublisher;
    const broker = { ...reached(new MemoryBroker()), publisher: () => behind };
    const publisher = observedBroker(broker, new PublishFigures()).publisher(SETTINGS);
    await publisher.ensureTopic('t');
    await publisher.claim('t');
    await publisher.publish('t', []);
    await publisher.deleteTopic('t');
    await publisher.close();
    expect(asked).toEqual([
      ['ensureTopic', 't'],
      ['claim', 't'],
      ['publish', 't', []],
      ['deleteTopic', 't'],
      ['close'],
    ]);
  });

  it('reaches the same broker in everything else', () => {
    const behind = reached(broker);
    const observed = observedBroker(behind, new PublishFigures());
    expect(observed.transport).toBe(behind.transport);
    expect(observed.explain(new Error('why'), SETTINGS)).toBe('why');
  });
});
