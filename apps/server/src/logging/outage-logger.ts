import { ERRORS, type Logger } from '@tidelock/kernel';

type Fields = Readonly<Record<string, unknown>>;

/** What everything fails with while the storage is away, or another node's. */
const OUTAGE = [ERRORS.STORAGE_UNAVAILABLE, ERRORS.FENCED, ERRORS.COMMIT_UNKNOWN].map(({ text }) => text);

/**
 * The store says once that its database is away, and once that it is back. What fails meanwhile *because* of that, in whatever room and
 * however often, is for those who look closer.
 */
export class OutageLogger implements Logger {
  constructor(private readonly log: Logger) {}

  debug(message: string, fields?: Fields): void {
    this.log.debug(message, fields);
  }

  info(message: string, fields?: Fields): void {
    this.log.info(message, fields);
  }

  warn(message: string, fields?: Fields): void {
    this.log[isOutage(fields) ? 'debug' : 'warn'](message, fields);
  }

  error(message: string, fields?: Fields): void {
    this.log[isOutage(fields) ? 'debug' : 'error'](message, fields);
  }
}

function isOutage(fields: Fields | undefined): boolean {
  const reason = fields?.['reason'];
  return typeof reason === 'string' && OUTAGE.some((text) => reason.includes(text));
}
