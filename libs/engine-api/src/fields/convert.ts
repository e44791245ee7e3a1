import { parseDurationSeconds, RawJson, reasonOf } from '@tidelock/kernel';

/** Stands in a DTO for a value that could not be converted, until the checks report it. Never holds the value itself. */
export class RefusedInput {
  constructor(readonly reason: string) {}
}

/** Turns what a client sent into a field's type, as weakly typed as Vault's fields are. */
export type Convert = (value: unknown) => unknown;

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['', '0', 'f', 'F', 'false', 'FALSE', 'False']);

const refuse = (expected: string): RefusedInput => new RefusedInput(`expected ${expected}`);

/** Text, a number's text, or `"1"`/`"0"` for a boolean. */
export const toText: Convert = (value) => {
  if (typeof value === 'string') return value;
  if (value instanceof RawJson) return value.text;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  return refuse('a string');
};

/** A whole number, also as text (`5`, `"5"`, `"0x10"`), `""` and booleans as 0 and 1. */
export const toInteger: Convert = (value) => {
  if (typeof value === 'boolean') return value ? 1 : 0;
  const text = toText(value);
  if (text === '') return 0;
  if (typeof text !== 'string' || !/^[+-]?(?:0[xX][0-9a-fA-F]+|\d+)$/.test(text)) return refuse('an integer');
  const number = /^[+-]?0[xX]/.test(text) ? hexadecimal(text) : Number(text);
  return Number.isSafeInteger(number) ? number : refuse('an integer of at most 53 bits');
};

const hexadecimal = (text: string): number =>
  text.startsWith('-') ? -Number(text.slice(1)) : Number(text.replace('+', ''));

/** A boolean, any spelling that Go's `strconv.ParseBool` takes, or a number (0 is false). */
export const toBoolean: Convert = (value) => {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'string' && TRUE.has(value)) return true;
  if (typeof value === 'string' && FALSE.has(value)) return false;
  return refuse('a boolean');
};

/** Whole seconds from `90`, `"90"`, `"90s"`, `"1h30m"` or `"7d"`. */
export const toDuration =
  (signed: boolean): Convert =>
  (value) => {
    let seconds: number;
    try {
      seconds = parseDurationSeconds(value);
    } catch (error) {
      return new RefusedInput(reasonOf(error).replace(/^error converting input for field "duration": /, ''));
    }
    return seconds < 0 && !signed ? refuse('a duration that is not negative') : seconds;
  };

/** A list of texts, or one text with commas; members are trimmed, `""` is the empty list. */
export const toTextList: Convert = (value) => {
  const members = Array.isArray(value) ? value.map(toText) : splitAtCommas(value);
  if (members instanceof RefusedInput || members.some((member) => member instanceof RefusedInput)) {
    return refuse('a list of strings');
  }
  return members.map((member) => (member as string).trim());
};

function splitAtCommas(value: unknown): unknown[] | RefusedInput {
  const text = toText(value);
  if (typeof text !== 'string') return refuse('a list of strings');
  return text === '' ? [] : text.split(',');
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RawJson);

/** Any JSON object, handed over as it came. */
export const toMap: Convert = (value) => (isPlainObject(value) ? value : refuse('a map'));

/** Texts by name: an object, or a list of `name=value`. */
export const toKeyValue: Convert = (value) => {
  const pairs = isPlainObject(value) ? Object.entries(value) : pairsOf(value);
  if (pairs instanceof RefusedInput) return pairs;
  const out: Record<string, string> = {};
  for (const [name, member] of pairs) {
    const text = toText(member);
    if (typeof text !== 'string') return refuse('a map of strings');
    // Not by assignment: `__proto__` is a name like any other here.
    Object.defineProperty(out, name, { value: text, enumerable: true, writable: true, configurable: true });
  }
  return out;
};

function pairsOf(value: unknown): [string, unknown][] | RefusedInput {
  const texts = toTextList(value);
  if (texts instanceof RefusedInput) return refuse('a map of strings');
  const pairs = (texts as string[]).map((text): [string, string] => {
    const at = text.indexOf('=');
    return at < 0 ? ['', text] : [text.slice(0, at), text.slice(at + 1)];
  });
  return pairs.some(([name]) => name === '') ? refuse('a map of strings, or a list of "name=value"') : pairs;
}
