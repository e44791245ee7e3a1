import { CompressionCodecs, CompressionTypes, Kafka, logLevel, type Producer, type ProducerConfig } from 'kafkajs';
import { randomBytes } from 'node:crypto';
import { KAFKA } from './services';

const VALUE = 'spoiled';

/** For kafkajs, which has no Snappy: one literal, by the format's description. */
function snappyLiteral(bytes: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = bytes.length; ; rest >>>= 7) {
    length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  const tag = Buffer.alloc(5, 63 << 2);
  tag.writeUInt32LE(bytes.length - 1, 1);
  return Buffer.concat([Buffer.from(length), tag, bytes]);
}

async function withProducer(config: ProducerConfig, work: (producer: Producer) => Promise<unknown>): Promise<void> {
  const producer = new Kafka({ clientId: 'spoiler', brokers: KAFKA.split(','), logLevel: logLevel.NOTHING }).producer(
    config,
  );
  await producer.connect();
  try {
    await work(producer);
  } finally {
    await producer.disconnect();
  }
}

const messages = (count: number, value = VALUE) => Array.from({ length: count }, () => ({ partition: 0, value }));

const compressed =
  (compression: CompressionTypes) =>
  (topic: string): Promise<void> =>
    withProducer({}, (producer) => producer.send({ topic, acks: -1, compression, messages: messages(3) }));

const transaction =
  (end: 'commit' | 'abort' | 'leaveOpen') =>
  (topic: string): Promise<void> =>
    withProducer(
      {
        transactionalId: `spoiler-${randomBytes(4).toString('hex')}`,
        maxInFlightRequests: 1,
        idempotent: true,
        transactionTimeout: 600_000,
      },
      async (producer) => {
        const open = await producer.transaction();
        await open.send({ topic, messages: messages(2) });
        if (end === 'leaveOpen') return;
        await open[end]();
      },
    );

/** What anybody can write to a topic without ACLs that its publisher never writes. */
export const topicSpoilers = {
  'a committed transaction': transaction('commit'),
  'an aborted transaction': transaction('abort'),
  'a transaction that stays open': transaction('leaveOpen'),
  'a batch of a compression that kafkajs does not know': (topic: string): Promise<void> => {
    CompressionCodecs[CompressionTypes.Snappy] = () => ({
      compress: async ({ buffer }: { buffer: Buffer }) => snappyLiteral(buffer),
      decompress: async () => {
        throw new Error('kafkajs has no Snappy');
      },
    });
    return compressed(CompressionTypes.Snappy)(topic);
  },
  'a batch that grows when it is opened': compressed(CompressionTypes.GZIP),
  'a message with thousands of headers': (topic: string): Promise<void> =>
    withProducer({}, (producer) =>
      producer.send({
        topic,
        acks: -1,
        messages: [1, 2].map(() => ({
          partition: 0,
          value: VALUE,
          headers: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`h${i}`, ''])),
        })),
      }),
    ),
  'a batch of more messages than a publisher writes': (topic: string): Promise<void> =>
    withProducer({}, (producer) => producer.send({ topic, acks: -1, messages: messages(2_000, '') })),
};
