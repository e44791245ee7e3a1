import { parseJson, RawJson } from '@tidelock/kernel';
import { quote } from './quote';

export type HashText = (text: string) => string;

export interface TextHashing {
  /** Must return text that JSON need not escape. */
  readonly hash: HashText;
  /** The same for a text of any length, in steps of some ms at most. */
  readonly hashLong: (text: string) => Generator<string, string>;
}

/** Names of members whose text stays. */
export type ClearNames = Pick<ReadonlySet<string>, 'has' | 'size'>;

const NONE: ClearNames = new Set<string>();
export const ALL: ClearNames = { size: Infinity, has: () => true };
/** `{`, `[` or `"`: a document that is carried as text, and not a number. */
const DOCUMENT = /^\s*[{["]/;
/** Characters from which on a text is hashed in steps. */
const LONG = 64 * 1024;

/**
 * The JSON text of `value`, piece by piece, in which every string is hashed, except below the `clear` members. Names of members, booleans
 * and plain numbers stay; a number that is carried as text is hashed as its text. Text is built directly, for this runs
 * twice for every request.
 */
export function hashedJson(value: unknown, hashing: TextHashing, clear: ClearNames = NONE): Generator<string> {
  return textOf(value, hashing, clear, clear === ALL);
}

function* textOf(value: unknown, hashing: TextHashing, clear: ClearNames, isClear: boolean): Generator<string> {
  if (typeof value === 'string') yield* textOfString(value, hashing, isClear);
  else if (typeof value === 'number' || typeof value === 'boolean' || value === null) yield scalarText(value);
  else if (typeof value !== 'object') yield 'null';
  else if (value instanceof RawJson) yield* textOfRaw(value, hashing, clear, isClear);
  else if (Array.isArray(value)) yield* textOfArray(value, hashing, clear, isClear);
  else if (Buffer.isBuffer(value)) yield* textOfString(value.toString('utf8'), hashing, isClear);
  else yield* textOfObject(value as Readonly<Record<string, unknown>>, hashing, clear);
}

function* textOfString(text: string, { hash, hashLong }: TextHashing, isClear: boolean): Generator<string> {
  if (isClear) yield quote(text);
  else yield text.length < LONG ? `"${hash(text)}"` : `"${yield* hashLong(text)}"`;
}

const scalarText = (value: number | boolean | null): string =>
  typeof value === 'number' && !Number.isFinite(value) ? 'null' : String(value);

function* textOfArray(
  items: readonly unknown[],
  hashing: TextHashing,
  clear: ClearNames,
  isClear: boolean,
): Generator<string> {
  yield '[';
  for (let at = 0; at < items.length; at += 1) {
    if (at > 0) yield ',';
    yield* textOf(items[at], hashing, clear, isClear);
  }
  yield ']';
}

function* textOfObject(
  object: Readonly<Record<string, unknown>>,
  hashing: TextHashing,
  clear: ClearNames,
): Generator<string> {
  let before = '{';
  for (const name of Object.keys(object)) {
    const member = object[name];
    if (member === undefined) continue;
    yield `${before}${quote(name)}:`;
    before = ',';
    yield* textOf(member, hashing, clear, clear.size > 0 && clear.has(name));
  }
  yield before === '{' ? '{}' : '}';
}

function* textOfRaw({ text }: RawJson, hashing: TextHashing, clear: ClearNames, isClear: boolean): Generator<string> {
  if (DOCUMENT.test(text)) yield* textOf(parseJson(text), hashing, clear, isClear);
  else if (isClear) yield text;
  else yield* textOfString(text, hashing, false);
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
