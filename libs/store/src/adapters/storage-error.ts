import { TidelockError } from '@tidelock/kernel';

/** SQLITE_FULL, and PostgreSQL's `disk_full`. */
const FULL: ReadonlySet<string> = new Set(['SQLITE_FULL', '53100']);
/** SQLITE_IOERR_WRITE and its kin, SQLITE_READONLY_…, and PostgreSQL's `io_error`. */
const FAILED = /^(?:SQLITE_IOERR|SQLITE_READONLY|58030$)/;

/** What a failed commit means to the client, where the disk is to blame; otherwise the error itself. */
export function storageErrorOf(error: unknown, code = ''): unknown {
  if (FULL.has(code)) return new TidelockError('STORAGE_FULL', { cause: error });
  if (FAILED.test(code)) return new TidelockError('STORAGE_FAILED', { cause: error });
  return error;
}

