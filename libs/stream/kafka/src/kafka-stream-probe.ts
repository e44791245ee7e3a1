import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer } from 'kafkajs';
import type { Logger } from '@tidelock/kernel';
import type { BrokerSettings, StreamProbe } from '@tidelock/stream';
import { brokerTrouble } from './broker-trouble';
import { connectKafka, FEW_RETRIES, withAdmin } from './kafka-client';

/** A topic that is being made, or rights that are being given, take a moment to be known. */
const PATIENCE_MS = 10_000;
const AGAIN_MS = 500;
const SILENCE_MS = 15_000;
const CONNECT_MS = 5000;
/** What is read is thrown away. */
const FEW_BYTES = 64 * 1024;

/** Tries brokers as a secondary would use them. */
export class KafkaStreamProbe implements StreamProbe {
  constructor(private readonly logger: Logger) {}

  async listens(brokers: readonly string[]): Promise<void> {
    await Promise.any(brokers.map(connectsTo)).catch((error: unknown) => {
      throw error instanceof AggregateError ? (error.errors[0] as Error) : error;
    });
  }

  async reach(broker: BrokerSettings): Promise<void> {
    await explained(broker, () => withAdmin(connectKafka(broker, this.logger), (admin) => admin.describeCluster()));
  }

  async read(broker: BrokerSettings, topic: string, group: string): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await explained(broker, () => this.fetchOnce(broker, topic, group));
      } catch (error) {
        if (performance.now() > deadline) throw error;
        // eslint-disable-next-line tidelock/recurring-timers -- the patience of a try
        await sleep(AGAIN_MS);
      }
    }
  }

  /** By the same calls as following takes, so that rights that are missing show. */
  private async fetchOnce(broker: BrokerSettings, topic: string, group: string): Promise<void> {
    const kafka = connectKafka(broker, this.logger);
    await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic));
    const consumer = kafka.consumer({
      groupId: `${group}.${randomBytes(4).toString('hex')}`,
      allowAutoTopicCreation: false,
      maxBytes: FEW_BYTES,
      maxBytesPerPartition: FEW_BYTES,
      maxWaitTimeInMs: 100,
      retry: { ...FEW_RETRIES, restartOnFailure: async () => false },
    });
    const ended = new AbortController();
    try {
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await Promise.race([fetched(consumer), silence(ended.signal)]);
    } finally {
      ended.abort();
      await consumer.disconnect().catch(() => undefined);
    }
  }
}

function connectsTo(address: string): Promise<void> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), timeout: CONNECT_MS });
    socket.once('connect', () => resolve());
    socket.once('error', reject);
    socket.once('timeout', () => reject(new Error(`${address} does not answer in time`)));
    for (const event of ['connect', 'error', 'timeout']) socket.once(event, () => socket.destroy());
  });
}

async function fetched(consumer: Consumer): Promise<void> {
  const outcome = new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.FETCH, () => resolve());
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  });
  // Together: a crash before `run` has ended would be heard by nobody, and end the process.
  await Promise.all([outcome, consumer.run({ autoCommit: false, eachBatch: async () => undefined })]);
}

async function silence(ended: AbortSignal): Promise<never> {
  await sleep(SILENCE_MS, undefined, { signal: ended }).catch(() => undefined);
  throw new Error('the broker does not answer in time');
}

async function explained(broker: BrokerSettings, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new Error(brokerTrouble(error, broker));
  }
}
