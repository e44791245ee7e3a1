import { type Logger, reasonOf } from '@tidelock/kernel';
import type { Store, StoreAdmin } from '@tidelock/store';
import type { RecordCopy } from './copies-from-secondaries';

export interface CopiesForPrimaryParts {
  readonly store: Pick<Store, 'replicated'> & Pick<StoreAdmin, 'integrity'>;
  /** Makes a call on the primary's cluster port. */
  readonly call: (name: string, body: unknown) => Promise<unknown>;
  readonly logger: Logger;
}

/** Sends this secondary's copies of records that are damaged at the primary. What cannot be sent now is asked for again. */
export async function sendCopies(
  { store, call, logger }: CopiesForPrimaryParts,
  keys: readonly string[],
): Promise<void> {
  try {
    const copies: RecordCopy[] = [];
    for (const key of keys) {
      const value = await store.replicated.getSealed(key);
      if (value !== undefined && store.integrity.isAuthentic(key, value)) copies.push({ key, value });
    }
    if (copies.length > 0) await call('mend', { copies });
  } catch (error) {
    logger.warn('the primary could not be given copies of its damaged records', { reason: reasonOf(error) });
  }
}
