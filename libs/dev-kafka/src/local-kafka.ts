import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Logger, silentLogger } from '@tidelock/kernel';
import { findJava } from './java';
import { fetchJars, KAFKA_VERSION } from './maven-jars';

const NO_JAVA =
  'Kafka needs Java 17 or newer: install a JRE (or set JAVA_HOME), or set TIDELOCK_KAFKA_BROKERS to the address of a running broker.';

/** Apache Kafka's jars and a Java that runs them. */
export interface LocalKafka {
  readonly java: string;
  /** For `java -cp`. */
  readonly classpath: string;
}

/**
 * Where a broker of one's own comes from: `KAFKA_HOME`, else Apache Kafka's published jars, fetched through Maven once.
 *
 * @throws {Error} one sentence that says what to install.
 */
export async function localKafka(env: NodeJS.ProcessEnv, logger: Logger = silentLogger): Promise<LocalKafka> {
  const java = findJava(env);
  if (java === undefined) throw new Error(NO_JAVA);
  const home = env['KAFKA_HOME'];
  const libs = home ? libsOf(home) : await fetchJars(defaultCacheDir(env), env, logger);
  return { java, classpath: join(libs, '*') };
}

/** Downloads are kept in `TIDELOCK_CACHE_DIR`, else below the user's cache folder. */
export function defaultCacheDir(env: NodeJS.ProcessEnv): string {
  return (
    env['TIDELOCK_CACHE_DIR'] ||
    join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'tidelock', `kafka-${KAFKA_VERSION}`)
  );
}

function libsOf(home: string): string {
  const libs = join(home, 'libs');
  if (!existsSync(libs))
    throw new Error(
      `KAFKA_HOME is ${home}, but there is no folder libs in it: point it at an unpacked Apache Kafka, or unset it.`,
    );
  return libs;
}
