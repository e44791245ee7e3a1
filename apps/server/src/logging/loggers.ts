import { LogLevelService } from '@tidelock/engine-api';
import { badRequest, TidelockError } from '@tidelock/kernel';
import { type LogLevel, levelIn, type PinoLogger } from './pino-logger';

const LOGGER_NAMES = ['core', 'replication', 'storage'] as const;
export type LoggerName = (typeof LOGGER_NAMES)[number];

/** The node's loggers by name: one output, a level for each. */
export class Loggers extends LogLevelService {
  private readonly byName: ReadonlyMap<string, PinoLogger>;

  constructor(
    root: PinoLogger,
    private readonly configured: LogLevel,
  ) {
    super();
    this.byName = new Map(LOGGER_NAMES.map((name) => [name, root.child()]));
  }

  get(name: LoggerName): PinoLogger {
    return this.named(name);
  }

  override levels(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.byName].map(([name, logger]) => [name, logger.level]));
  }

  override set(word: string, name?: string): void {
    const level = levelIn(word);
    if (level === undefined)
      throw badRequest(
        `invalid level provided: ${JSON.stringify(word.slice(0, 50))}; there are trace, debug, info, warn and error`,
      );
    for (const logger of this.chosen(name)) logger.setLevel(level);
  }

  override reset(name?: string): void {
    for (const logger of this.chosen(name)) logger.setLevel(this.configured);
  }

  private chosen(name: string | undefined): readonly PinoLogger[] {
    return name === undefined ? [...this.byName.values()] : [this.named(name)];
  }

  private named(name: string): PinoLogger {
    const found = this.byName.get(name);
    if (found === undefined)
      throw new TidelockError(
        'NOT_FOUND',
        `logger ${JSON.stringify(name.slice(0, 50))} not found; there are ${LOGGER_NAMES.join(', ')}`,
      );
    return found;
  }
}
