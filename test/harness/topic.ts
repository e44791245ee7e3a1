import { silentLogger } from '@tidelock/kernel';
import { MOST_MESSAGES_TAKEN } from '@tidelock/stream';
import { KafkaStreamConsumer } from '@tidelock/stream/kafka/testing';
import { Kafka, logLevel } from 'kafkajs';
import { eventually } from './api';
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

/** Everything in a topic of one partition that readers read, from its beginning to its present end. */
export async function readTopic(topic: string): Promise<RawMessage[]> {
  const consumer = new KafkaStreamConsumer({ brokers: KAFKA.split(','), topicPrefix: '' }, silentLogger);
  const admin = client().admin();
  await admin.connect();
  const [partition] = await admin.fetchTopicOffsets(topic);
  const { low, high } = partition as { low: string; high: string };
  await admin.disconnect();
  const messages: RawMessage[] = [];
  if (low === high) return messages;
  const read = new Promise<void>((resolve) => {
    void consumer.subscribe({
      topic,
      group: `test-${process.pid}`,
      from: low,
      onBatch: async (batch) => {
        messages.push(...batch.messages.filter(({ unreadFrom }) => unreadFrom === undefined));
        if (Number(batch.messages.at(-1)?.offset) >= Number(high) - 1) resolve();
      },
    });
  });
  await read;
  await consumer.close();
  return messages;
}

/** Appends bytes to a topic, as anyone with access to the broker could. */
export async function append(topic: string, values: readonly Buffer[]): Promise<void> {
  const producer = client().producer();
  await producer.connect();
  for (let at = 0; at < values.length; at += MOST_MESSAGES_TAKEN) {
    await producer.send({
      topic,
      acks: -1,
      messages: values.slice(at, at + MOST_MESSAGES_TAKEN).map((value) => ({ value, partition: 0 })),
    });
  }
  await producer.disconnect();
}

/** Takes a topic away, or its messages, as an operator of the broker could. */
export class TopicAdmin {
  private readonly kafka = client();
  private readonly admin = this.kafka.admin();

  connect(): Promise<void> {
    return this.admin.connect();
  }

  disconnect(): Promise<void> {
    return this.admin.disconnect();
  }

  /** Drops all that a topic holds at the moment, as retention would. */
  async truncate(topic: string): Promise<void> {
    const [partition] = await this.admin.fetchTopicOffsets(topic);
    await this.admin.deleteTopicRecords({
      topic,
      partitions: [{ partition: 0, offset: (partition as { high: string }).high }],
    });
  }

  async delete(topic: string): Promise<void> {
    await this.admin.deleteTopics({ topics: [topic] });
    while (await this.exists(topic)) await new Promise((wake) => setTimeout(wake, 50));
  }

  /** Makes a topic of that name, with settings of somebody else's and whatever they put there. @returns false when it was made already. */
  async create(topic: string, values: readonly Buffer[]): Promise<boolean> {
    const created = await this.admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: 1 }] });
    // The broker needs a moment before it takes anything: until then nothing was appended.
    if (created) await eventually('the new topic to take messages', async () => (await append(topic, values), true));
    return created;
  }

  async exists(topic: string): Promise<boolean> {
    return (await this.admin.listTopics()).includes(topic);
  }
}
