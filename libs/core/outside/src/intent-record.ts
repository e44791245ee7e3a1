import type { Intent } from '@tidelock/engine-api';
import { isTidelockError, parseJson, stringifyJson } from '@tidelock/kernel';
import type { LocalReader, LocalStore } from '@tidelock/store';

/** Local records, one for each effect outside the store for which no commit stands. */
export const INTENT_PREFIX = 'core/intent/';

/** As it is stored: JSON, sealed. */
export interface IntentRecord extends Intent {
  /** Uuid of the mount, and the path that it had. */
  readonly mount: string;
  readonly path: string;
  /** Ms since the Unix epoch: when it was noted, and from when on nothing comes of it any more. */
  readonly time: number;
  readonly until: number;
  /** It is being undone: no request may commit with it any more. */
  readonly undoing?: true;
}

export const putIntent = (local: LocalStore, id: string, record: IntentRecord): void =>
  local.put('record', { key: INTENT_PREFIX + id, value: Buffer.from(stringifyJson(record), 'utf8') });

export const deleteIntent = (local: LocalStore, id: string): void => local.delete('record', INTENT_PREFIX + id);

/** Whether there are any of a mount. */
export async function hasIntents(local: LocalReader, mountUuid: string): Promise<boolean> {
  for (const key of await local.keys(INTENT_PREFIX)) {
    const intent = await readIntent(local, key.slice(INTENT_PREFIX.length));
    if (intent !== undefined && intent !== 'damaged' && intent.mount === mountUuid) return true;
  }
  return false;
}

/** `damaged`: it was changed outside the barrier, and says nothing any more. */
export async function readIntent(local: LocalReader, id: string): Promise<IntentRecord | 'damaged' | undefined> {
  try {
    const row = await local.row('record', INTENT_PREFIX + id);
    return row && (parseJson(row.value.toString('utf8')) as IntentRecord);
  } catch (error) {
    if (!isTidelockError(error, 'CORRUPT_RECORD')) throw error;
    return 'damaged';
  }
}
