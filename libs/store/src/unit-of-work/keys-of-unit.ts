import { compareBytes, sorted } from '../reading/key-range';
import type { RecordReader } from '../reading/record-reader';
import type { ReadRanges } from './read-ranges';

export interface KeysPage {
  readonly after?: string;
  readonly limit?: number;
}

interface Family {
  readonly stored: Pick<RecordReader, 'keys'>;
  /** The unit's own, over what is stored; `null` deletes. */
  readonly changes: ReadonlyMap<string, unknown>;
  readonly readRanges: ReadRanges;
}

/** Keys below a prefix as a unit of work sees them; notes what it has looked through to find them. */
export async function keysOfUnit(
  { stored, changes, readRanges }: Family,
  prefix: string,
  { after = '', limit = Number.MAX_SAFE_INTEGER }: KeysPage,
): Promise<string[]> {
  const own = [...changes].filter(([key]) => key.startsWith(prefix) && compareBytes(key, after) > 0);
  // Deleted keys may fill the page: ask for as many more.
  const most = Math.min(limit + own.length, Number.MAX_SAFE_INTEGER);
  const found = await stored.keys(prefix, { after, limit: most });
  const keys = own.length === 0 ? found : merged(found, own).slice(0, limit);
  readRanges.add(prefix, after, keys.length < limit ? undefined : keys[keys.length - 1]);
  return keys;
}

function merged(found: readonly string[], own: readonly (readonly [string, unknown])[]): string[] {
  const keys = new Set(found);
  for (const [key, value] of own)
    if (value === null) keys.delete(key);
    else keys.add(key);
  return sorted(keys);
}
