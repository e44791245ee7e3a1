import type { Admin, Kafka, KafkaConfig, SASLOptions } from 'kafkajs';
import type { Logger } from '@tidelock/kernel';
import type { BrokerSettings, BrokerTls } from '@tidelock/stream';
import { calmRequestQueue } from './calm-request-queue';
import { kafkaLogCreator } from './kafka-log';
import { kafkajs } from './kafkajs-internals';
import { readAllBatches } from './read-all-batches';

/** Retries inside kafkajs are few: what fails longer is taken down and built anew by us. */
export const FEW_RETRIES = { retries: 5, initialRetryTime: 100, maxRetryTime: 2000 };

export function connectKafka(settings: BrokerSettings, logger: Logger): Kafka {
  calmRequestQueue();
  readAllBatches();
  const { Kafka } = kafkajs();
  return new Kafka(kafkaConfig(settings, logger));
}

export function kafkaConfig(settings: BrokerSettings, logger: Logger): KafkaConfig {
  const config: KafkaConfig = {
    clientId: 'tidelock',
    brokers: [...settings.brokers],
    connectionTimeout: 2000,
    requestTimeout: 5000,
    retry: FEW_RETRIES,
    logLevel: kafkajs().logLevel.WARN,
    logCreator: kafkaLogCreator(logger),
  };
  if (settings.tls !== undefined) config.ssl = tlsOptions(settings.tls);
  if (settings.sasl !== undefined) config.sasl = { ...settings.sasl } as SASLOptions;
  return config;
}

function tlsOptions({ ca, cert, key, serverName, insecure }: BrokerTls): NonNullable<KafkaConfig['ssl']> {
  return {
    rejectUnauthorized: insecure !== true,
    ...(ca !== undefined && { ca: [ca] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { servername: serverName }),
  };
}

export async function withAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** First offset of the topic's one partition, and the one its next message will get. */
export interface TopicOffsets {
  readonly low: bigint;
  readonly high: bigint;
}

export async function offsetsBy(admin: Admin, topic: string): Promise<TopicOffsets> {
  const [partition] = await admin.fetchTopicOffsets(topic);
  if (partition === undefined) throw new Error(`the broker names no partition of ${topic}`);
  return { low: BigInt(partition.low), high: BigInt(partition.high) };
}

export function offsetsOf(kafka: Kafka, topic: string): Promise<TopicOffsets> {
  return withAdmin(kafka, (admin) => offsetsBy(admin, topic));
}
