import { type ErrorCode, isTidelockError } from '@tidelock/kernel';

/**
 * A full disk may have room for the little that an empty write takes, a database that was away may be back; and after a commit of unknown
 * outcome an empty write might move the position back.
 */
const OF_THE_STORE: ReadonlySet<ErrorCode> = new Set([
  'STORAGE_FULL',
  'STORAGE_FAILED',
  'STORAGE_UNAVAILABLE',
  'COMMIT_UNKNOWN',
  'FENCED',
]);

/**
 * After a failed write: is the store to blame, or what was written? A store that takes an empty write is alive.
 *
 * @throws `cause` when the store is to blame.
 */
export async function assertAlive(cause: unknown, emptyWrite: () => Promise<unknown>): Promise<void> {
  if (isTidelockError(cause) && OF_THE_STORE.has(cause.code)) throw cause;
  try {
    await emptyWrite();
  } catch {
    throw cause;
  }
}
