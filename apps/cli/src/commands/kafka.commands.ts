import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { startKafka } from '@tidelock/dev-kafka';
import { type FlagSpecs, type ParsedFlags, textFlag, UsageError } from '../flags/parse-flags';
import type { Command } from './command';

const DEFAULT_DIR = '.tidelock/kafka';
const FLAGS: FlagSpecs = {
  dir: { kind: 'text', help: `Where the broker keeps its data; default ${DEFAULT_DIR}.` },
  port: { kind: 'text', help: 'Where it listens on 127.0.0.1; default a free port.' },
  help: { kind: 'switch', help: 'Show help.' },
  h: { kind: 'switch', help: 'Show help.' },
};
const NOT_RUNNING_EXIT = 2;

interface Running {
  readonly pid: number;
  readonly brokers: string;
}

const stateFile = (flags: ParsedFlags): string => join(resolve(textFlag(flags, 'dir') ?? DEFAULT_DIR), 'running.json');

function runningIn(file: string): Running | undefined {
  if (!existsSync(file)) return undefined;
  const running = JSON.parse(readFileSync(file, 'utf8')) as Running;
  return isAlive(running.pid) ? running : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export const kafkaStart: Command = {
  name: 'kafka start',
  summary: 'Starts the development broker, which goes on running',
  usage: 'tidelock kafka start [-dir DIR] [-port PORT]',
  flags: FLAGS,
  async run(flags) {
    const file = stateFile(flags);
    const there = runningIn(file);
    if (there !== undefined) return void process.stdout.write(`Kafka is running already: ${there.brokers}\n`);
    const port = textFlag(flags, 'port');
    if (port !== undefined && !/^\d+$/.test(port)) throw new UsageError(`-port must be a number, not "${port}"`);
    const say = (line: string): void => void process.stderr.write(`${line}\n`);
    const kafka = await startKafka({ dir: resolve(textFlag(flags, 'dir') ?? DEFAULT_DIR), detached: true, say, ...(port && { port: Number(port) }) });
    writeFileSync(file, JSON.stringify({ pid: kafka.pid, brokers: kafka.brokers }));
    process.stdout.write(`Kafka is running: ${kafka.brokers}\n`);
  },
};

export const kafkaStop: Command = {
  name: 'kafka stop',
  summary: 'Stops the development broker',
  usage: 'tidelock kafka stop [-dir DIR]',
  flags: FLAGS,
  async run(flags) {
    const file = stateFile(flags);
    const running = runningIn(file);
    if (running !== undefined) {
      process.kill(running.pid, 'SIGTERM');
      while (isAlive(running.pid)) await new Promise((wake) => setTimeout(wake, 100));
    }
    rmSync(file, { force: true });
    process.stdout.write(running === undefined ? 'Kafka is not running\n' : 'Kafka is stopped\n');
  },
};

export const kafkaStatus: Command = {
  name: 'kafka status',
  summary: 'Tells whether the development broker runs; exit code 0 yes, 2 no',
  usage: 'tidelock kafka status [-dir DIR]',
  flags: FLAGS,
  async run(flags) {
    const running = runningIn(stateFile(flags));
    const answers = running !== undefined && (await reachable(running.brokers));
    process.stdout.write(answers ? `Kafka is running: ${running.brokers}\n` : 'Kafka is not running\n');
    return answers ? 0 : NOT_RUNNING_EXIT;
  },
};

function reachable(broker: string): Promise<boolean> {
  const [host, port] = broker.split(':');
  return new Promise((done) => {
    const socket = connect(Number(port), host ?? '127.0.0.1');
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}
