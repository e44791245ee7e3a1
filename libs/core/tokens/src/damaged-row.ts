import { isTidelockError } from '@tidelock/kernel';

/** What was read, or `undefined` when it was changed outside the barrier. */
export async function unlessDamaged<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!isTidelockError(error, 'CORRUPT_RECORD')) throw error;
    return undefined;
  }
}
