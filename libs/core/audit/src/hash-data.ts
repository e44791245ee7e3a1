import { parseJson, RawJson } from '@tidelock/kernel';

export type HashText = (text: string) => string;

const NO_KEYS: ReadonlySet<string> = new Set();
/** `{`, `[` or `"`: a document that is carried as text, and not a number. */
const DOCUMENT = /^\s*[{["]/;

/**
 * A copy in which every string is hashed, except below the `clear` members. Names of members, booleans and plain numbers
 * stay; a number that is carried as text is hashed as its text.
 */
export function hashData(value: unknown, hash: HashText, clear: ReadonlySet<string> = NO_KEYS): unknown {
  return walk(value, hash, clear, false);
}

function walk(value: unknown, hash: HashText, clear: ReadonlySet<string>, isClear: boolean): unknown {
  if (typeof value === 'string') return isClear ? value : hash(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof RawJson) return walkRaw(value, hash, clear, isClear);
  if (Array.isArray(value)) return value.map((item) => walk(item, hash, clear, isClear));
  if (Buffer.isBuffer(value)) return walk(value.toString('utf8'), hash, clear, isClear);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, walk(member, hash, clear, clear.has(name))]));
}

function walkRaw(value: RawJson, hash: HashText, clear: ReadonlySet<string>, isClear: boolean): unknown {
  if (DOCUMENT.test(value.text)) return walk(parseJson(value.text), hash, clear, isClear);
  return isClear ? value : hash(value.text);
}

/** The answer of a list with counts in the place of its names. */
export function elideList(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || data instanceof RawJson) return data;
  const { keys, key_info: info } = data as Record<string, unknown>;
  return {
    ...data,
    ...(Array.isArray(keys) && { keys: keys.length }),
    ...(typeof info === 'object' && info !== null && { key_info: Object.keys(info).length }),
  };
}
