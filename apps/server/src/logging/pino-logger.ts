import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@tidelock/kernel';
import pino, { type DestinationStream, type Logger as Pino } from 'pino';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'standard' | 'json';

type Fields = Readonly<Record<string, unknown>>;

/** The node's log on standard error: one JSON line an event, or Vault's readable form. */
export class PinoLogger implements Logger {
  private readonly pino: Pino;

  constructor(level: LogLevel, format: LogFormat) {
    const output = pino.destination({ dest: 2, sync: true });
    // Nobody may be reading: a closed pipe is no reason to stop.
    output.on('error', () => undefined);
    this.pino = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, messageKey: 'msg' }, format === 'json' ? output : readable(output));
  }

  debug(message: string, fields: Fields = {}): void {
    this.pino.debug(fields, message);
  }

  info(message: string, fields: Fields = {}): void {
    this.pino.info(fields, message);
  }

  warn(message: string, fields: Fields = {}): void {
    this.pino.warn(fields, message);
  }

  error(message: string, fields: Fields = {}): void {
    this.pino.error(fields, message);
  }

  setLevel(level: LogLevel): void {
    this.pino.level = level;
  }
}

const LEVELS: Readonly<Record<number, string>> = { 10: 'TRACE', 20: 'DEBUG', 30: 'INFO', 40: 'WARN', 50: 'ERROR' };

/** `2026-01-01T00:00:00.000Z [INFO]  message: key=value`. */
function readable(output: DestinationStream): DestinationStream {
  return {
    write(line: string): void {
      const { level, time, msg, ...fields } = JSON.parse(line) as { level: number; time: string; msg: string };
      const details = Object.entries(fields).map(([name, value]) => ` ${name}=${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`);
      output.write(`${time} ${`[${LEVELS[level] ?? level}]`.padEnd(7)} ${msg}${details.length > 0 ? ':' : ''}${details.join('')}\n`);
    },
  };
}

const quoted = (text: string): string => (/^[\w./:@-]+$/.test(text) ? text : JSON.stringify(text));

/** Nest's own messages in the same log; its start-up chatter at debug. */
export function nestLogger(logger: Logger): LoggerService {
  const withContext = (message: unknown, parameters: readonly unknown[]): [string, Fields] => [String(message), { context: parameters.at(-1) }];
  return {
    log: (message: unknown, ...rest: unknown[]) => logger.debug(...withContext(message, rest)),
    debug: (message: unknown, ...rest: unknown[]) => logger.debug(...withContext(message, rest)),
    verbose: (message: unknown, ...rest: unknown[]) => logger.debug(...withContext(message, rest)),
    warn: (message: unknown, ...rest: unknown[]) => logger.warn(...withContext(message, rest)),
    error: (message: unknown, ...rest: unknown[]) => logger.error(...withContext(message, rest)),
    fatal: (message: unknown, ...rest: unknown[]) => logger.error(...withContext(message, rest)),
  };
}
