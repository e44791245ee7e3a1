import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, silentLogger } from '@tidelock/kernel';
import { anyAnswers } from './broker-probe';
import type { KafkaSecurity } from './broker-security';
import { freePorts, isFree } from './ports';
import { type LocalKafka, localKafka } from './local-kafka';
import { RunningKafka } from './running-kafka';

const ATTEMPTS = 3;

export interface KafkaOptions {
  /** Where data and log are kept; default: a temporary folder that goes with the broker. */
  readonly dir?: string;
  /** The clients' port; default: a free one. */
  readonly port?: number;
  readonly logger?: Logger;
  /** Settings of `server.properties` to add or replace. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly env?: NodeJS.ProcessEnv;
  /** TLS, SCRAM-SHA-512 and ACLs for its clients; absent: everybody may do everything. */
  readonly security?: KafkaSecurity;
}

/** A broker somewhere, and how to give it back. */
export interface KafkaAccess {
  readonly brokers: string;
  stop(): Promise<void>;
}

/**
 * A broker by the set-up's rules: the one of `TIDELOCK_KAFKA_BROKERS` (which is left running), else one started here.
 *
 * @throws {Error} one sentence that says what to install, or why it did not start.
 */
export async function obtainKafka(options: KafkaOptions = {}): Promise<KafkaAccess> {
  const brokers = (options.env ?? process.env)['TIDELOCK_KAFKA_BROKERS']?.trim();
  if (!brokers) return startKafka(options);
  if (!(await anyAnswers(brokers)))
    throw new Error(`TIDELOCK_KAFKA_BROKERS is ${brokers}, but no broker answers there.`);
  return { brokers, stop: async () => {} };
}

/**
 * Starts an Apache Kafka of one's own (one KRaft node on 127.0.0.1), whatever `TIDELOCK_KAFKA_BROKERS` says, and waits
 * until it serves clients. It never outlives this process.
 */
export async function startKafka(options: KafkaOptions = {}): Promise<RunningKafka> {
  const { dir, port, logger = silentLogger, env = process.env } = options;
  const kafka = await localKafka(env, logger);
  if (port !== undefined && !(await isFree(port)))
    throw new Error(`Kafka cannot listen on 127.0.0.1:${port}: the port is in use.`);
  const folder = dir ?? (await mkdtemp(join(tmpdir(), 'tidelock-kafka-')));
  try {
    const running = await startIn(folder, kafka, options);
    logger.info(`Kafka listens on ${running.brokers}`, { pid: running.pid });
    return running;
  } catch (error) {
    if (dir === undefined) await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(
  folder: string,
  kafka: LocalKafka,
  { dir, port, properties = {}, security }: KafkaOptions,
): Promise<RunningKafka> {
  for (let attempt = 1; ; attempt += 1) {
    const [free, controllerPort, internalPort] = (await freePorts(3)) as [number, number, number];
    const order = {
      dir: folder,
      port: port ?? free,
      controllerPort,
      properties,
      ...(security && { security: { ...security, internalPort } }),
    };
    try {
      return await RunningKafka.start(kafka, order, dir === undefined);
    } catch (error) {
      // Somebody else may take a port between the look and the start.
      if (attempt >= ATTEMPTS || !/address already in use/i.test((error as Error).message)) throw error;
    }
  }
}
