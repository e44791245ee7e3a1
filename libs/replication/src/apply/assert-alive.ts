import { isTidelockError } from '@tidelock/kernel';

/**
 * After a failed write: is the store to blame, or what was written? A store that takes an empty write is alive.
 *
 * @throws `cause` when the store is to blame.
 */
export async function assertAlive(cause: unknown, emptyWrite: () => Promise<unknown>): Promise<void> {
  // A full disk may have room for the little that an empty write takes.
  if (isTidelockError(cause, 'STORAGE_FULL') || isTidelockError(cause, 'STORAGE_FAILED')) throw cause;
  try {
    await emptyWrite();
  } catch {
    throw cause;
  }
}
