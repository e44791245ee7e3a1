import { isTidelockError, TidelockError } from '@tidelock/kernel';

/** SQLITE_FULL, and PostgreSQL's `disk_full`. */
const FULL: ReadonlySet<string> = new Set(['SQLITE_FULL', '53100']);
/** SQLITE_IOERR_WRITE and its kin, SQLITE_READONLY_…, and PostgreSQL's `io_error`. */
const FAILED = /^(?:SQLITE_IOERR|SQLITE_READONLY|58030$)/;
/** A SQLite file that somebody else has, or that cannot be read. */
const SQLITE_AWAY = /^SQLITE_(?:BUSY|IOERR|CANTOPEN)/;
const NETWORK = /^E(?:CONNREFUSED|CONNRESET|CONNABORTED|PIPE|TIMEDOUT|NOTFOUND|AI_AGAIN|HOSTUNREACH|NETUNREACH|NOENT)$/;
/** PostgreSQL: connection exceptions (08), no connection to be had, shutting down or starting (57P), read only after a failover. */
const POSTGRES_AWAY = /^(?:08...|53300|57P..|25006|25P03)$/;
/** What the driver says, which gives these no code. */
const CUT_OFF =
  /Connection terminated|Connection ended|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|already released|Query read timeout|Cannot use a pool after/i;

/** What a failed commit means to the client, where the disk is to blame; otherwise the error itself. */
export function storageErrorOf(error: unknown): unknown {
  const code = codeOf(error);
  if (FULL.has(code)) return new TidelockError('STORAGE_FULL', { cause: error });
  if (FAILED.test(code)) return new TidelockError('STORAGE_FAILED', { cause: error });
  return isAway(error) ? new TidelockError('STORAGE_UNAVAILABLE', { cause: error }) : error;
}

/** What a failed read means: a file that cannot be read is a database that is away. */
export function readErrorOf(error: unknown): unknown {
  return isAway(error) ? new TidelockError('STORAGE_UNAVAILABLE', { cause: error }) : error;
}

/** The database did not answer, or ended the session: it may be back with the next one. */
export function isAway(error: unknown): boolean {
  if (isTidelockError(error)) return error.code === 'STORAGE_UNAVAILABLE';
  if (!(error instanceof Error)) return false;
  const { severity } = error as { severity?: string };
  const code = codeOf(error);
  return (
    severity === 'FATAL' ||
    severity === 'PANIC' ||
    [SQLITE_AWAY, NETWORK, POSTGRES_AWAY].some((away) => away.test(code)) ||
    CUT_OFF.test(error.message)
  );
}

/** A connection that had been made ended before the answer: another one may do. */
export function isCutOff(error: unknown): boolean {
  return (
    isAway(error) &&
    !/^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENOENT|EHOSTUNREACH|ENETUNREACH|53300|57P03|STORAGE_UNAVAILABLE)$|timeout exceeded when trying/.test(
      codeOf(error) || (error as Error).message,
    )
  );
}

/** TypeORM wraps what the driver throws and copies the code. */
const codeOf = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code ?? '');
