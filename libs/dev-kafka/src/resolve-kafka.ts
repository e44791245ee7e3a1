import { execFile } from 'node:child_process';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const KAFKA_VERSION = '4.1.0';
const OLDEST_JAVA = 17;

/** Where a development broker comes from: one that is there already, or a class path to start one. */
export type KafkaSource = { readonly kind: 'running'; readonly brokers: string } | { readonly kind: 'jars'; readonly classPath: string };

export interface ResolveOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly say?: (line: string) => void;
}

/**
 * Finds Kafka: `TIDELOCK_KAFKA_BROKERS`, then `KAFKA_HOME`, then Apache Kafka's published jars, fetched through Maven into a
 * cache folder (contract.md, "Set-up").
 *
 * @throws {Error} one sentence that says what to install.
 */
export async function resolveKafka({ env = process.env, say = () => undefined }: ResolveOptions = {}): Promise<KafkaSource> {
  if (env['TIDELOCK_KAFKA_BROKERS']) return { kind: 'running', brokers: env['TIDELOCK_KAFKA_BROKERS'] };
  await requireJava();
  if (env['KAFKA_HOME']) return { kind: 'jars', classPath: join(env['KAFKA_HOME'], 'libs', '*') };
  const folder = join(cacheFolder(env), `kafka-${KAFKA_VERSION}`);
  if (!(await hasJars(folder))) await fetchJars(folder, say);
  return { kind: 'jars', classPath: [join(folder, '*')].join(delimiter) };
}

function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  return env['TIDELOCK_CACHE_DIR'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tidelock');
}

async function requireJava(): Promise<void> {
  const found = await run('java', ['-version']).then(({ stderr }) => Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0), () => 0);
  if (found >= OLDEST_JAVA) return;
  throw new Error(`Kafka needs Java ${OLDEST_JAVA} or newer: install a JDK, or name a broker that is there already in TIDELOCK_KAFKA_BROKERS`);
}

const hasJars = (folder: string): Promise<boolean> =>
  readdir(folder).then((names) => names.some((name) => name.startsWith('kafka_') && name.endsWith('.jar')), () => false);

/** Into a folder of its own first: whoever looks meanwhile finds all of the jars or none. */
async function fetchJars(folder: string, say: (line: string) => void): Promise<void> {
  say(`fetching Apache Kafka ${KAFKA_VERSION} through Maven, once`);
  const workplace = `${folder}.${process.pid}`;
  await mkdir(workplace, { recursive: true });
  try {
    await writeFile(join(workplace, 'pom.xml'), POM);
    await run('mvn', ['-q', '-B', '-f', join(workplace, 'pom.xml'), 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${join(workplace, 'jars')}`]);
    await rename(join(workplace, 'jars'), folder).catch(async (error: unknown) => {
      if (!(await hasJars(folder))) throw error;
    });
  } catch (error) {
    throw new Error(`Apache Kafka could not be fetched through Maven: install Maven, or set KAFKA_HOME, or name a broker in TIDELOCK_KAFKA_BROKERS (${(error as Error).message.split('\n')[0]})`);
  } finally {
    await rm(workplace, { recursive: true, force: true });
  }
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tidelock</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;
