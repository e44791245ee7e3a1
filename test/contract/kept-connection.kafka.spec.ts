import { silentLogger } from '@tidelock/kernel';
import { KafkaStreamConsumer, KafkaStreamPublisher } from '@tidelock/stream/kafka/testing';
import { eventually } from '../harness/api';
import { type LinkedKafka, startLinkedKafka } from '../harness/linked-kafka';
import { newTopicPrefix } from '../harness/services';
import type { TcpProxy } from '../harness/tcp-proxy';

describe("the question for a topic's end", () => {
  const topic = newTopicPrefix('end');
  let linked: LinkedKafka;
  let link: TcpProxy;
  let publisher: KafkaStreamPublisher;
  let consumer: KafkaStreamConsumer;

  const settingsOf = (brokers: string) => ({ brokers: [brokers], topicPrefix: '' });
  const send = () => publisher.publish(topic, [Buffer.from('a')]);

  beforeAll(async () => {
    linked = await startLinkedKafka(1);
    link = linked.links[0] as TcpProxy;
    publisher = new KafkaStreamPublisher(settingsOf(linked.kafka.brokers), silentLogger);
    await publisher.ensureTopic(topic);
  });
  beforeEach(() => {
    consumer = new KafkaStreamConsumer(settingsOf(`127.0.0.1:${link.port}`), silentLogger);
  });
  afterEach(async () => {
    link.heal();
    await consumer.close();
  });
  afterAll(async () => {
    await publisher.close();
    await linked.kafka.stop();
    await link.close();
  });

  it('is asked over one connection, which closing ends', async () => {
    const before = BigInt(await consumer.highWatermark(topic));
    const { taken } = link;
    for (let sent = 1n; sent <= 3n; sent += 1n) {
      await send();
      expect(BigInt(await consumer.highWatermark(topic))).toBe(before + sent);
    }
    expect(link.taken).toBe(taken);
    await consumer.close();
    await eventually('the connection to end', async () => !link.inUse);
  });

  it('is asked over another once it is known that the first was cut', async () => {
    await consumer.highWatermark(topic);
    link.cut();
    await eventually('the end of the connection', async () => !link.inUse);
    const { lastOffset } = await send();
    expect(await consumer.highWatermark(topic)).toBe(String(BigInt(lastOffset) + 1n));
  });

  it('fails where the broker cannot be reached, and is answered as soon as it can', async () => {
    await consumer.highWatermark(topic);
    link.refuse();
    await expect(consumer.highWatermark(topic)).rejects.toThrow();
    link.heal();
    await expect(consumer.highWatermark(topic)).resolves.toMatch(/^\d+$/);
  });

  it('fails where the first leads nowhere, and is asked over another then', async () => {
    await consumer.highWatermark(topic);
    link.pause();
    await expect(consumer.highWatermark(topic)).rejects.toThrow('timed out');
    const { taken } = link;
    link.heal();
    await expect(consumer.highWatermark(topic)).resolves.toMatch(/^\d+$/);
    expect(link.taken).toBeGreaterThan(taken);
  });
});
