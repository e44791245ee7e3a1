import { isTidelockError } from '@tidelock/kernel';
import { WriteConflict } from '@tidelock/store';
import { RightOfWay } from './right-of-way';

const ATTEMPTS = 50;
/** The attempt from which on a request has the right of way. */
const PATIENCE = 10;

/** The last of those who were overtaken at one and the same thing; each begins when the one before it has ended. */
const lines = new Map<string, Promise<void>>();

/**
 * Runs a transaction until no other commit overtakes it. From the second attempt on, requests that were overtaken at the same
 * thing take turns, so that each soon meets only newcomers; those overtaken elsewhere wait for none of them. One that newcomers
 * overtake as well, because it is slow and the thing changes all the time, has the right of way from its tenth attempt on: no other
 * request without one changes the thing before it has ended.
 *
 * `Store.transact` does not do for requests: their unit begins with limits and is committed by a step, and the turns and the right of way are
 * rules of how requests meet, of which the store knows nothing.
 *
 * @param work one attempt; it asks the right of way before it commits.
 * @throws {TidelockError} WRITE_CONFLICT after 50 attempts; anything else that the work throws, at once.
 */
export async function retryOnConflict<T>(work: (way: RightOfWay) => Promise<T>): Promise<T> {
  const way = new RightOfWay();
  try {
    return await work(way);
  } catch (error) {
    if (!isTidelockError(error, 'WRITE_CONFLICT')) throw error;
    const again = (): Promise<T> => attempts(work, way, error).finally(() => way.release());
    const thing = thingOf(error);
    return thing === undefined ? again() : takeTurn(thing, again);
  }
}

function takeTurn<T>(thing: string, work: () => Promise<T>): Promise<T> {
  const turn = (lines.get(thing) ?? Promise.resolve()).then(work);
  const end = turn
    .catch(() => undefined)
    .then(() => {
      if (lines.get(thing) === end) lines.delete(thing);
    });
  lines.set(thing, end);
  return turn;
}

async function attempts<T>(work: (way: RightOfWay) => Promise<T>, way: RightOfWay, first: unknown): Promise<T> {
  let overtaken = first;
  for (let attempt = 2; ; attempt += 1) {
    const thing = thingOf(overtaken);
    if (thing !== undefined) await way.wait(thing);
    if (thing !== undefined && attempt >= PATIENCE) way.reserve(thing);
    try {
      return await work(way);
    } catch (error) {
      if (attempt >= ATTEMPTS || !isTidelockError(error, 'WRITE_CONFLICT')) throw error;
      overtaken = error;
    }
  }
}

const thingOf = (error: unknown): string | undefined => (error instanceof WriteConflict ? error.changed : undefined);
