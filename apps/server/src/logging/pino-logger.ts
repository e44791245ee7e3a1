import type { LoggerService } from '@nestjs/common';
import { type Logger, reasonOf } from '@tidelock/kernel';
import pino, { type DestinationStream, type Logger as Pino } from 'pino';
import { LogFile, type LogFileSettings } from './log-file';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';
export type LogFormat = 'standard' | 'json';

const LEVEL_WORDS: Readonly<Record<string, LogLevel>> = {
  '': 'info',
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
};

/** Vault's words for levels, in any case. `undefined` for any other. */
export function levelIn(word: string): LogLevel | undefined {
  const lower = word.toLowerCase();
  return Object.hasOwn(LEVEL_WORDS, lower) ? LEVEL_WORDS[lower] : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** The node's log on standard error, and in a file if one is configured: one JSON line an event, or Vault's readable form. */
export class PinoLogger implements Logger {
  private pino: Pino;
  private readonly file: LogFile | undefined;

  /** @throws {Error} naming the file that cannot be opened. */
  constructor(level: LogLevel, format: LogFormat, file?: LogFileSettings) {
    this.file = file && openLogFile(file);
    const output = bothOf(standardError(), this.file);
    this.pino = pino(
      { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, messageKey: 'msg' },
      format === 'json' ? output : readable(output),
    );
  }

  debug(message: string, fields: Fields = {}): void {
    this.pino.debug(besideOwn(fields), message);
  }

  info(message: string, fields: Fields = {}): void {
    this.pino.info(besideOwn(fields), message);
  }

  warn(message: string, fields: Fields = {}): void {
    this.pino.warn(besideOwn(fields), message);
  }

  error(message: string, fields: Fields = {}): void {
    this.pino.error(besideOwn(fields), message);
  }

  /** Another logger with the same output and a level of its own. */
  child(): PinoLogger {
    const child = Object.create(this) as PinoLogger;
    child.pino = this.pino.child({}, { level: this.pino.level });
    return child;
  }

  get level(): string {
    return this.pino.level;
  }

  setLevel(level: LogLevel): void {
    this.pino.level = level;
  }

  /** After the log file was moved away. */
  reopen(): void {
    this.file?.reopen();
  }
}

function standardError(): DestinationStream {
  const output = pino.destination({ dest: 2, sync: true });
  // Nobody may be reading: a closed pipe is no reason to stop.
  output.on('error', () => undefined);
  return output;
}

function openLogFile(settings: LogFileSettings): LogFile {
  try {
    return new LogFile(settings);
  } catch (error) {
    throw new Error(`"log_file" cannot be opened: ${reasonOf(error)}`);
  }
}

const bothOf = (first: DestinationStream, second: DestinationStream | undefined): DestinationStream =>
  second === undefined ? first : { write: (line) => [first, second].forEach((output) => output.write(line)) };

const OWN = ['level', 'time', 'msg'];

/** Facts do not take the place of what each line has anyway. */
const besideOwn = (fields: Fields): Fields =>
  OWN.some((name) => name in fields)
    ? Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [OWN.includes(name) ? `${name}_told` : name, value]),
      )
    : fields;

const LEVELS: Readonly<Record<number, string>> = { 10: 'TRACE', 20: 'DEBUG', 30: 'INFO', 40: 'WARN', 50: 'ERROR' };

/** `2026-01-01T00:00:00.000Z [INFO]  message: key=value`. */
function readable(output: DestinationStream): DestinationStream {
  return {
    write(line: string): void {
      const { level, time, msg, ...fields } = JSON.parse(line) as { level: number; time: string; msg: string };
      const details = Object.entries(fields).map(
        ([name, value]) => ` ${name}=${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`,
      );
      output.write(
        `${time} ${`[${LEVELS[level] ?? level}]`.padEnd(7)} ${msg}${details.length > 0 ? ':' : ''}${details.join('')}\n`,
      );
    },
  };
}

const quoted = (text: string): string => (/^[\w./:@-]+$/.test(text) ? text : JSON.stringify(text));

/**
 * Nest's warnings in the same log. What it tells of its modules and routes is about the program, not about this server; and its errors
 * at the start are thrown as well, where they are told once and in words.
 */
export function nestLogger(logger: Logger): LoggerService {
  const silent = (): void => undefined;
  const withContext = (message: unknown, parameters: readonly unknown[]): [string, Fields] => [
    String(message),
    { context: parameters.at(-1) },
  ];
  const error = (message: unknown, ...rest: unknown[]): void => {
    if (rest.at(-1) !== 'ExceptionHandler') logger.error(...withContext(message, rest));
  };
  return {
    log: silent,
    debug: silent,
    verbose: silent,
    error,
    fatal: error,
    warn: (message: unknown, ...rest: unknown[]) => logger.warn(...withContext(message, rest)),
  };
}
