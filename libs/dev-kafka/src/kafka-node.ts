import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brokerAnswers } from './broker-probe';
import { authorityPath, type KafkaSecurity, scramArguments, writeCertificates } from './broker-security';
import type { LocalKafka } from './local-kafka';
import { type NodeSettings, serverProperties } from './server-properties';

const START_MS = 120_000;
const POLL_MS = 50;

export interface NodeOrder extends Omit<NodeSettings, 'dataDir' | 'secured'> {
  readonly security?: KafkaSecurity & { readonly internalPort: number };
  /** Data, properties and log of the node. */
  readonly dir: string;
}

/**
 * Formats the storage of a node where needed and starts it, in a process group of its own: a Ctrl-C in the terminal
 * reaches the program that owns the broker, which then stops it after its clients.
 *
 * @returns the process, which does not serve clients yet.
 */
export async function spawnNode(kafka: LocalKafka, order: NodeOrder): Promise<ChildProcess> {
  const { dir, security } = order;
  await mkdir(dir, { recursive: true });
  const config = configPath(dir);
  const secured = security && { ...security, dir };
  if (security && !existsSync(authorityPath(dir))) await writeCertificates(dir);
  await writeFile(config, serverProperties({ ...order, dataDir: join(dir, 'data'), ...(secured && { secured }) }));
  await format(kafka, dir, security ? scramArguments(security) : []);
  const log = openSync(logPath(dir), 'a');
  const args = ['-Xmx384m', '-XX:+UseSerialGC', ...loggingOptions(dir), '-cp', kafka.classpath, 'kafka.Kafka', config];
  const child = spawn(kafka.java, args, { cwd: dir, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  return child;
}

export const configPath = (dir: string): string => join(dir, 'server.properties');
const logPath = (dir: string): string => join(dir, 'kafka.log');

async function format({ java, classpath }: LocalKafka, dir: string, users: readonly string[]): Promise<void> {
  if (existsSync(join(dir, 'data', 'meta.properties'))) return;
  const tool = ['kafka.tools.StorageTool', 'format', '-t', newClusterId(), '-c', configPath(dir), ...users];
  // Short-lived: the quick compiler is enough.
  const options = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...loggingOptions(dir)];
  await promisify(execFile)(java, [...options, '-cp', classpath, ...tool], { cwd: dir }).catch(
    (error: Error & { stderr?: string }) => {
      throw new Error(
        `Kafka could not format its storage in ${dir}: ${(error.stderr ?? error.message).trim().slice(0, 500)}`,
      );
    },
  );
}

/** 16 bytes in URL-safe base 64. The tool takes a leading `-`, which the first bit would allow, for an option. */
export function newClusterId(bytes = randomBytes(16)): string {
  const id = Buffer.from(bytes);
  id[0] = (id[0] as number) & 0x7f;
  return id.toString('base64url');
}

function loggingOptions(dir: string): string[] {
  return [
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    `-Dkafka.logs.dir=${dir}`,
  ];
}

/**
 * Resolves once the node serves clients.
 *
 * @throws {Error} with the end of its log when it ends or does not answer in time; then it is gone.
 */
export async function untilAnswering(
  child: ChildProcess,
  { port, dir, security }: Pick<NodeOrder, 'port' | 'dir' | 'security'>,
): Promise<void> {
  // All listeners are opened together; the node's own asks for no password.
  const asked = security?.internalPort ?? port;
  const deadline = Date.now() + START_MS;
  const ended = once(child, 'exit').then(() => true);
  while (Date.now() < deadline) {
    if (await brokerAnswers(asked)) return;
    const over = await Promise.race([ended, new Promise<false>((wake) => setTimeout(wake, POLL_MS, false))]);
    if (over) throw new Error(`Kafka ended while it started, ${await endOfLog(dir)}`);
  }
  child.kill('SIGKILL');
  throw new Error(`Kafka did not answer within ${START_MS / 1000} s, ${await endOfLog(dir)}`);
}

async function endOfLog(dir: string): Promise<string> {
  const log = await readFile(logPath(dir), 'utf8').catch(() => '');
  const end = log.trim().slice(-1500);
  return end === '' ? `and logged nothing in ${logPath(dir)}` : `by its log ${logPath(dir)}: ${end}`;
}
