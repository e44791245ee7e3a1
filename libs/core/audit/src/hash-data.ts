import { parseJson, RawJson } from '@tidelock/kernel';
import { quote } from './quote';

export type HashText = (text: string) => string;

/** Names of members whose text stays. */
export type ClearNames = Pick<ReadonlySet<string>, 'has' | 'size'>;

const NONE: ClearNames = new Set<string>();
export const ALL: ClearNames = { size: Infinity, has: () => true };
/** `{`, `[` or `"`: a document that is carried as text, and not a number. */
const DOCUMENT = /^\s*[{["]/;

/**
 * The JSON text of `value` in which every string is hashed, except below the `clear` members. Names of members, booleans
 * and plain numbers stay; a number that is carried as text is hashed as its text. Text is built directly, for this runs
 * twice for every request.
 *
 * @param hash must return text that JSON need not escape.
 */
export function hashedJson(value: unknown, hash: HashText, clear: ClearNames = NONE): string {
  return textOf(value, hash, clear, clear === ALL);
}

function textOf(value: unknown, hash: HashText, clear: ClearNames, isClear: boolean): string {
  if (typeof value === 'string') return isClear ? quote(value) : `"${hash(value)}"`;
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return scalarText(value);
  if (typeof value !== 'object') return 'null';
  if (value instanceof RawJson) return textOfRaw(value, hash, clear, isClear);
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item, hash, clear, isClear)).join(',')}]`;
  if (Buffer.isBuffer(value)) return textOf(value.toString('utf8'), hash, clear, isClear);
  return textOfObject(value as Readonly<Record<string, unknown>>, hash, clear);
}

const scalarText = (value: number | boolean | null): string =>
  typeof value === 'number' && !Number.isFinite(value) ? 'null' : String(value);

function textOfObject(object: Readonly<Record<string, unknown>>, hash: HashText, clear: ClearNames): string {
  let text = '';
  for (const name of Object.keys(object)) {
    const member = object[name];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${quote(name)}:${textOf(member, hash, clear, clear.size > 0 && clear.has(name))}`;
  }
  return `{${text}}`;
}

function textOfRaw(value: RawJson, hash: HashText, clear: ClearNames, isClear: boolean): string {
  if (DOCUMENT.test(value.text)) return textOf(parseJson(value.text), hash, clear, isClear);
  return isClear ? value.text : `"${hash(value.text)}"`;
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
