import type { Logger } from '@tidelock/kernel';
import {
  type BrokerSettings,
  DEFAULT_RETENTION_MS,
  MAX_MESSAGE_BYTES,
  StreamFencedError,
  type StreamPublisher,
} from '@tidelock/stream';
import type { Admin, Kafka, Producer, Transaction } from 'kafkajs';
import { connectKafka, FEW_RETRIES, withAdmin } from './kafka-client';
import { kafkajs } from './kafkajs-internals';
import { fenceWithoutTransactions, publisherIdentity } from './publisher-identity';

/** The broker's words for "somebody else has this identity now". */
const FENCED = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED']);

interface Claim {
  readonly topic: string;
  readonly producer: Producer;
  readonly sender: Pick<Transaction, 'send'>;
}

/**
 * Idempotent producer with the topic's one identity, all in-sync copies acknowledge, one request in flight: kafkajs's own
 * defaults would reorder on retries. After a failure the producer is thrown away: its sequence numbers may no longer match the broker's,
 * and a different batch under numbers already used would be acknowledged without being written.
 */
export class KafkaStreamPublisher implements StreamPublisher {
  private readonly kafka: Kafka;
  private claimed: Promise<Claim> | undefined;
  private readonly closed = new AbortController();

  constructor(
    private readonly settings: BrokerSettings,
    logger: Logger,
  ) {
    fenceWithoutTransactions();
    this.kafka = connectKafka(settings, logger);
  }

  ensureTopic(topic: string): Promise<void> {
    return withAdmin(this.kafka, (admin) => ensureTopic(admin, topic, this.settings));
  }

  async claim(topic: string): Promise<void> {
    await this.dropProducer();
    await this.untilClosed(() => this.claimOf(topic));
  }

  publish(topic: string, messages: readonly Buffer[]): Promise<{ lastOffset: string }> {
    return this.untilClosed(() => this.send(topic, messages));
  }

  deleteTopic(topic: string): Promise<void> {
    return withAdmin(this.kafka, async (admin) => {
      if ((await admin.listTopics()).includes(topic)) await admin.deleteTopics({ topics: [topic] });
    });
  }

  async close(): Promise<void> {
    this.closed.abort();
    await this.dropProducer();
  }

  /** Work that a close interrupts, and after whose failure the producer is not used again. */
  private async untilClosed<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.closed;
    let interrupt: () => void = () => undefined;
    const interrupted = new Promise<never>(
      (_, reject) => (interrupt = () => reject(new Error('the stream publisher is closed'))),
    );
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      signal.throwIfAborted();
      return await Promise.race([work(), interrupted]);
    } catch (error) {
      await this.dropProducer();
      throw error;
    } finally {
      signal.removeEventListener('abort', interrupt);
    }
  }

  private async send(topic: string, messages: readonly Buffer[]): Promise<{ lastOffset: string }> {
    const { sender } = await this.claimOf(topic);
    const [answer] = await sender
      .send({ topic, acks: -1, messages: messages.map((value) => ({ value, partition: 0 })) })
      .catch((error: unknown) => {
        throw error instanceof kafkajs().KafkaJSProtocolError && FENCED.has(error.type)
          ? new StreamFencedError(topic, { cause: error })
          : error;
      });
    const base = answer?.baseOffset;
    const known = base !== undefined && !base.startsWith('-');
    return { lastOffset: known ? String(BigInt(base) + BigInt(messages.length - 1)) : '' };
  }

  private async claimOf(topic: string): Promise<Claim> {
    const current = await this.claimed;
    if (current?.topic === topic) return current;
    await this.dropProducer();
    return (this.claimed = this.connect(topic));
  }

  private async connect(topic: string): Promise<Claim> {
    const producer = this.kafka.producer({
      idempotent: true,
      transactionalId: publisherIdentity(topic),
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: FEW_RETRIES,
      // Every message names its partition; naming the partitioner only spares a warning.
      createPartitioner: kafkajs().Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return { topic, producer, sender: await producer.transaction() };
  }

  private async dropProducer(): Promise<void> {
    const { claimed } = this;
    this.claimed = undefined;
    await claimed?.then(({ producer }) => producer.disconnect()).catch(() => undefined);
  }
}

/**
 * What replication relies on: offsets without holes (no compaction), batches as they were written (readers open no compressed ones), room for the
 * largest request, and the broker's own clock: by the primary's, a broker refuses what is more than an hour ahead of it, and drops at once what is older than the retention.
 */
const required = (settings: BrokerSettings): Readonly<Record<string, string>> => ({
  'cleanup.policy': 'delete',
  'compression.type': 'producer',
  'message.timestamp.type': 'LogAppendTime',
  'max.message.bytes': String(MAX_MESSAGE_BYTES),
  'retention.ms': String(settings.retentionMs ?? DEFAULT_RETENTION_MS),
});

const entriesOf = (settings: Readonly<Record<string, string>>) =>
  Object.entries(settings).map(([name, value]) => ({ name, value }));

/** Makes the topic, or brings an existing one's settings in line. */
async function ensureTopic(admin: Admin, topic: string, settings: BrokerSettings): Promise<void> {
  const wanted = required(settings);
  const { replicationFactor = -1 } = settings;
  const created = await admin.createTopics({
    waitForLeaders: true,
    topics: [{ topic, numPartitions: 1, replicationFactor, configEntries: entriesOf(wanted) }],
  });
  if (!created) await align(admin, topic, wanted);
}

async function align(admin: Admin, topic: string, wanted: Readonly<Record<string, string>>): Promise<void> {
  const resource = { type: kafkajs().ConfigResourceTypes.TOPIC, name: topic };
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
  const present = resources[0]?.configEntries ?? [];
  const valueOf = (name: string) => present.find(({ configName }) => configName === name)?.configValue;
  if (Object.entries(wanted).every(([name, value]) => valueOf(name) === value)) return;
  // The request replaces all of a topic's own settings, so those of others are repeated.
  const others = present.filter(({ isDefault, configName }) => !isDefault && !(configName in wanted));
  const configEntries = [
    ...others.map(({ configName, configValue }) => ({ name: configName, value: configValue })),
    ...entriesOf(wanted),
  ];
  await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] });
}
