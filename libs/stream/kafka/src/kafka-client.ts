import type { Logger } from '@tidelock/kernel';
import type { BrokerSettings, BrokerTls } from '@tidelock/stream';
import type { Admin, Kafka, KafkaConfig, LogEntry, SASLOptions } from 'kafkajs';
import { calmRequestQueue } from './calm-request-queue';
import { kafkajs } from './kafkajs-internals';
import { readAllBatches } from './fetch-response';

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

/** Answers that kafkajs calls errors and that belong to ordinary work. */
const EXPECTED = [
  /already exists/i,
  /topic creation errors/i,
  /coordinator is (loading|not available|not aware)/i,
  /not aware of this member/i,
  /group is rebalancing/i,
  /rebalance/i,
  /invalidate EoS/i,
  /no leader/i,
  /leadership election/i,
  /does not host this topic/i,
  /requested offset is not within/i,
  // Refused rights are told by who asked for them.
  /response .*(CreateAcls|DeleteAcls)/i,
  /response .*(InitProducerId|FindCoordinator|JoinGroup|Heartbeat|LeaveGroup)/i,
];
/** One outage makes the same line many times a second. */
const QUIET_MS = 30_000;

/** kafkajs's lines in our log: expected ones at debug, the rest as warnings at most, each text once in a while. */
function kafkaLogCreator(logger: Logger): () => (entry: LogEntry) => void {
  const { WARN } = kafkajs().logLevel;
  const seen = new Map<string, number>();
  return () =>
    ({ level, log }) => {
      const reason = typeof log['error'] === 'string' ? log['error'] : undefined;
      const text = reason === undefined ? log.message : `${log.message}: ${reason}`;
      if (level > WARN || EXPECTED.some((pattern) => pattern.test(text))) {
        logger.debug(`kafka: ${text}`);
        return;
      }
      const now = performance.now();
      if (now - (seen.get(text) ?? -Infinity) < QUIET_MS) return;
      if (seen.size > 100) seen.clear();
      seen.set(text, now);
      logger.warn(`kafka: ${text}`);
    };
}
