import { resolve } from 'node:path';
import { defaultBrokerDir, detachedStatus, startDetached, stopDetached } from '@tidelock/dev-kafka';
import { silentLogger } from '@tidelock/kernel';
import { type FlagSpecs, type ParsedFlags, textFlag, UsageError } from '../flags/parse-flags';
import type { Command } from './command';

const FLAGS: FlagSpecs = {
  dir: { kind: 'text', help: 'Where the broker keeps its data.' },
  port: { kind: 'text', help: 'Where it listens on 127.0.0.1; default the port it had, or a free one.' },
  help: { kind: 'switch', help: 'Show help.' },
  h: { kind: 'switch', help: 'Show help.' },
};
const NOT_RUNNING_EXIT = 2;

const dirOf = (flags: ParsedFlags): string => resolve(textFlag(flags, 'dir') ?? defaultBrokerDir());

function portOf(flags: ParsedFlags): { port?: number } {
  const port = textFlag(flags, 'port');
  if (port === undefined) return {};
  if (!/^\d{1,5}$/.test(port)) throw new UsageError(`-port must be a number, not "${port}"`);
  return { port: Number(port) };
}

export const kafkaStart: Command = {
  name: 'kafka start',
  summary: 'Starts the development broker, which goes on running',
  usage: 'tidelock kafka start [-dir DIR] [-port PORT]',
  flags: FLAGS,
  async run(flags) {
    const logger = { ...silentLogger, info: (line: string) => void process.stderr.write(`${line}\n`) };
    const { brokers, dir } = await startDetached({ dir: dirOf(flags), ...portOf(flags), logger });
    process.stdout.write(`Kafka is running: ${brokers} (data in ${dir})\n`);
  },
};

export const kafkaStop: Command = {
  name: 'kafka stop',
  summary: 'Stops the development broker',
  usage: 'tidelock kafka stop [-dir DIR]',
  flags: FLAGS,
  async run(flags) {
    process.stdout.write((await stopDetached(dirOf(flags))) ? 'Kafka is stopped\n' : 'Kafka was not running\n');
  },
};

export const kafkaStatus: Command = {
  name: 'kafka status',
  summary: 'Tells whether the development broker serves; exit code 0 yes, 2 no',
  usage: 'tidelock kafka status [-dir DIR]',
  flags: FLAGS,
  async run(flags) {
    const { answers, running, brokers } = await detachedStatus(dirOf(flags));
    if (answers) process.stdout.write(`Kafka is running: ${brokers}\n`);
    else process.stdout.write(running ? 'Kafka is running and does not answer yet\n' : 'Kafka is not running\n');
    return answers ? 0 : NOT_RUNNING_EXIT;
  },
};
