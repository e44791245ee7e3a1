import { isTidelockError } from '@tidelock/kernel';

/** Overtaken requests queue up behind one another from the second attempt on, so that each soon meets only newcomers. */
let overtaken: Promise<unknown> = Promise.resolve();

const ATTEMPTS = 50;

/**
 * Runs a transaction until no other commit overtakes it.
 *
 * @throws {TidelockError} WRITE_CONFLICT after 50 attempts; anything else that the work throws, at once.
 */
export async function retryOnConflict<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isTidelockError(error, 'WRITE_CONFLICT')) throw error;
  }
  const turn = overtaken.then(() => attempts(work));
  overtaken = turn.catch(() => undefined);
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
