import { isTidelockError } from '@tidelock/kernel';
import { WriteConflict } from '@tidelock/store';

const ATTEMPTS = 50;

/** The last of those who were overtaken at one and the same thing; each begins when the one before it has ended. */
const lines = new Map<string, Promise<void>>();

/**
 * Runs a transaction until no other commit overtakes it. From the second attempt on, requests that were overtaken at the same
 * thing take turns, so that each soon meets only newcomers; those overtaken elsewhere wait for none of them.
 *
 * @throws {TidelockError} WRITE_CONFLICT after 50 attempts; anything else that the work throws, at once.
 */
export async function retryOnConflict<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isTidelockError(error, 'WRITE_CONFLICT')) throw error;
    const again = (): Promise<T> => attempts(work);
    return error instanceof WriteConflict && error.changed !== undefined ? takeTurn(error.changed, again) : again();
  }
}

function takeTurn<T>(thing: string, work: () => Promise<T>): Promise<T> {
  const turn = (lines.get(thing) ?? Promise.resolve()).then(work);
  const end = turn.then(() => undefined, () => undefined).then(() => {
    if (lines.get(thing) === end) lines.delete(thing);
  });
  lines.set(thing, end);
  return turn;
}

async function attempts<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 2; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= ATTEMPTS || !isTidelockError(error, 'WRITE_CONFLICT')) throw error;
    }
  }
}
