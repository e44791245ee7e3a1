import { type BrokerStatus, defaultBrokerDir, detachedStatus, startDetached, stopDetached } from '@tidelock/dev-kafka';
import { silentLogger } from '@tidelock/kernel';
import { checkArguments } from '../call/arguments';
import { type Call, type Command, EXIT } from '../call/command';
import type { Flag } from '../call/parse-flags';
import { FORMAT_FLAG } from '../call/common-flags';
import { LocalError } from '../call/local-error';
import { printData } from '../output/printer';

const DIR: Flag = {
  name: 'dir',
  kind: 'text',
  help: 'Folder of the broker. Default $XDG_STATE_HOME/tidelock/kafka or ~/.local/state/tidelock/kafka.',
};
const PORT: Flag = {
  name: 'port',
  kind: 'number',
  help: 'Port on 127.0.0.1. Default: the one it had, else a free one.',
};
const NOT_RUNNING = 2;

const dirOf = ({ flags, environment }: Call): string => flags.text('dir') ?? defaultBrokerDir(environment.variables);

function describe({ running, answers, brokers, dir, pid }: BrokerStatus): string {
  if (!running) return `Kafka is not running in ${dir}\n`;
  return `Kafka ${answers ? 'is running' : 'runs, but does not answer'}: ${brokers} (process ${pid}, folder ${dir})\n`;
}

export const kafkaStart: Command = {
  usage: '[-dir DIR] [-port PORT]',
  synopsis: 'Start the development broker',
  details:
    '  One Apache Kafka node on 127.0.0.1 that goes on running. For development and tests only.\n\n  $ tidelock kafka start -port 9092\n  $ export TIDELOCK_KAFKA_BROKERS=127.0.0.1:9092',
  flags: [DIR, PORT, FORMAT_FLAG],
  async run(call) {
    checkArguments(call, 0, 0);
    const port = call.flags.number('port');
    if (port !== undefined && (port < 1 || port > 65_535)) throw new LocalError(`-port ${port}: expected 1 to 65535`);
    const logger = { ...silentLogger, info: (text: string) => call.terminal.err(`${text}\n`) };
    const order = { dir: dirOf(call), env: call.environment.variables, logger };
    const status = await startDetached(port === undefined ? order : { ...order, port }).catch(asLocal);
    printData(call, status, () => describe(status));
    return EXIT.ok;
  },
};

export const kafkaStop: Command = {
  usage: '[-dir DIR]',
  synopsis: 'Stop the development broker',
  flags: [DIR, PORT],
  async run(call) {
    checkArguments(call, 0, 0);
    const stopped = await stopDetached(dirOf(call));
    call.terminal.out(stopped ? 'Kafka has stopped\n' : `Kafka is not running in ${dirOf(call)}\n`);
    return EXIT.ok;
  },
};

export const kafkaStatus: Command = {
  usage: '[-dir DIR]',
  synopsis: 'Show whether the development broker runs',
  details: '  Exit codes: 0 running, 2 not running or not answering.',
  flags: [DIR, PORT, FORMAT_FLAG],
  async run(call) {
    checkArguments(call, 0, 0);
    const status = await detachedStatus(dirOf(call));
    printData(call, status, () => describe(status));
    return status.answers ? EXIT.ok : NOT_RUNNING;
  },
};

/** One sentence instead of a stack: a port in use, nothing to start it with. */
function asLocal(error: unknown): never {
  throw new LocalError(error instanceof Error ? error.message : String(error));
}
