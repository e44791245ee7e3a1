import { Kafka, logLevel } from 'kafkajs';
import type { ReplicationSet } from './replication-set';
import { KAFKA } from './services';

const client = (): Kafka => new Kafka({ clientId: 'test', brokers: KAFKA.split(','), logLevel: logLevel.NOTHING });

export interface RawMessage {
  readonly offset: string;
  readonly value: Buffer;
}

/** The topic of a set's full stream. */
export async function topicOf({ primary, topicPrefix }: ReplicationSet): Promise<string> {
  return `${topicPrefix}.${(await primary.status()).cluster_id}.stream`;
}

/** All bytes that the broker holds of a set's stream. */
export async function rawMessages(set: ReplicationSet): Promise<Buffer[]> {
  return (await readTopic(await topicOf(set))).map(({ value }) => value);
}

/** Everything in a topic of one partition, from its beginning to its present end. */
export async function readTopic(topic: string): Promise<RawMessage[]> {
  const kafka = client();
  const admin = kafka.admin();
  await admin.connect();
  const [partition] = await admin.fetchTopicOffsets(topic);
  const { low, high } = partition as { low: string; high: string };
  await admin.disconnect();
  const wanted = Number(high) - Number(low);
  const messages: RawMessage[] = [];
  if (wanted === 0) return messages;
  const consumer = kafka.consumer({ groupId: `test-${process.pid}-${Date.now()}`, maxBytesPerPartition: 64 * 1024 * 1024 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        autoCommit: false,
        eachMessage: async ({ message }) => {
          messages.push({ offset: message.offset, value: message.value as Buffer });
          if (Number(message.offset) >= Number(high) - 1) resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return messages;
}

/** Appends bytes to a topic, as anyone with access to the broker could. */
export async function append(topic: string, values: readonly Buffer[]): Promise<void> {
  const producer = client().producer();
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: values.map((value) => ({ value, partition: 0 })) });
  await producer.disconnect();
}
