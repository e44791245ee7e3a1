import { setTimeout as sleep } from 'node:timers/promises';
import { isTidelockError, type Logger, reasonOf, TidelockError } from '@tidelock/kernel';
import type { StoreLocation } from '@tidelock/store';

/** A database that was started together with this server has this long to come up. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 1000;
/** Nobody answers there, or who does is still starting (57P03) or stopping (57P01). */
const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  '57P01',
  '57P03',
]);

export interface Patience {
  readonly logger: Logger;
  readonly patienceMs?: number;
  readonly pauseMs?: number;
}

/**
 * Opens the store, waiting for a database that is not there yet.
 *
 * @throws {Error} naming the storage and what is wrong with it; never its password.
 */
export async function openPatiently<T>(
  location: StoreLocation,
  open: () => Promise<T>,
  { logger, patienceMs = PATIENCE_MS, pauseMs = PAUSE_MS }: Patience,
): Promise<T> {
  const storage = nameOf(location);
  for (let waited = 0; ; waited += pauseMs) {
    try {
      return await open();
    } catch (thrown) {
      const error = isTidelockError(thrown, 'STORAGE_UNAVAILABLE') ? thrown.cause : thrown;
      const reason = causeOf(error);
      if (!isAway(error) || waited >= patienceMs)
        throw new TidelockError('INTERNAL', `${storage} cannot be opened: ${reason}`);
      if (waited === 0)
        logger.warn('the database is not there yet; waiting for it', { storage, reason, seconds: patienceMs / 1000 });
      // eslint-disable-next-line tidelock/recurring-timers -- the patience of a start
      await sleep(pauseMs);
    }
  }
}

const isAway = (error: unknown): boolean => AWAY.has(String((error as { code?: unknown } | undefined)?.code));

/** Node tries every address of a name, and then says nothing itself. */
function causeOf(error: unknown): string {
  const reasons = error instanceof AggregateError ? error.errors : [error];
  return [...new Set(reasons.map(reasonOf))].join('; ');
}

/** As in the configuration, without what is secret in it. */
function nameOf(location: StoreLocation): string {
  if (location.kind === 'inmem') return 'storage "inmem"';
  if (location.kind === 'sqlite') return `storage "sqlite" (${location.path})`;
  return `storage "postgresql" (${placeIn(location.connectionUrl)})`;
}

function placeIn(connectionUrl: string): string {
  try {
    const { host, pathname } = new URL(connectionUrl);
    return `${host}${pathname}`;
  } catch {
    return 'connection_url';
  }
}
