import { setTimeout as wait } from 'node:timers/promises';
import { reasonOf } from '@tidelock/kernel';

const PATIENCE_MS = 60_000;

/** Asks again until it holds; a failed question counts as "not yet". @throws {Error} with the last failure after a minute. */
export async function until(what: string, holds: () => Promise<boolean>, pauseMs = 50): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  // eslint-disable-next-line tidelock/recurring-timers -- the patience of a demonstration
  for (let last: unknown; ; await wait(pauseMs)) {
    try {
      if (await holds()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline)
      throw new Error(`waited in vain for ${what}${last === undefined ? '' : `: ${reasonOf(last)}`}`);
  }
}
