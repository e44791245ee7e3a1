import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@tidelock/kernel';

export const KAFKA_VERSION = '4.1.0';
/** Kafka 4.1 brings slf4j-api 1.7; a binding of the 2.x line would not be found by it. */
const SLF4J_VERSION = '1.7.36';

const NO_MAVEN =
  'Kafka is not here yet: install Maven (mvn) so that its published jars can be fetched, ' +
  'or set KAFKA_HOME to an unpacked Apache Kafka, or TIDELOCK_KAFKA_BROKERS to the address of a running broker.';

/**
 * The folder with Kafka's jars, fetched through Maven when it is not there. Copies that fetch at the same time do not
 * disturb each other: each fills a folder of its own, and the first to finish gives it its name.
 */
export async function fetchJars(cacheDir: string, env: NodeJS.ProcessEnv, logger: Logger): Promise<string> {
  const libs = join(cacheDir, 'libs');
  if (existsSync(libs)) return libs;
  logger.info(`fetching Apache Kafka ${KAFKA_VERSION} through Maven into ${cacheDir} (once)`);
  const mine = join(cacheDir, `fetch-${process.pid}-${Date.now()}`);
  await mkdir(mine, { recursive: true });
  try {
    const pom = join(mine, 'pom.xml');
    await writeFile(pom, pomXml());
    await maven(
      [
        '-q',
        '-B',
        '-f',
        pom,
        'dependency:copy-dependencies',
        '-DincludeScope=runtime',
        `-DoutputDirectory=${join(mine, 'libs')}`,
      ],
      env,
    );
    await publish(join(mine, 'libs'), libs);
  } finally {
    await rm(mine, { recursive: true, force: true });
  }
  return libs;
}

async function publish(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: NodeJS.ErrnoException) => {
    if (!existsSync(to)) throw error;
  });
}

async function maven(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn('mvn', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer): void => void (output = (output + chunk.toString('utf8')).slice(-2000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const [code] = (await once(child, 'close').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new Error(NO_MAVEN) : error;
  })) as [number | null];
  if (code !== 0) throw new Error(`Maven could not fetch Apache Kafka (exit code ${code}): ${output.trim()}`);
}

function pomXml(): string {
  const dependency = (group: string, artifact: string, version: string): string =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  return [
    '<project xmlns="http://maven.apache.org/POM/4.0.0">',
    '<modelVersion>4.0.0</modelVersion><groupId>tidelock</groupId><artifactId>kafka</artifactId><version>1</version>',
    `<dependencies>${dependency('org.apache.kafka', 'kafka_2.13', KAFKA_VERSION)}${dependency('org.slf4j', 'slf4j-simple', SLF4J_VERSION)}</dependencies>`,
    '</project>',
  ].join('\n');
}
