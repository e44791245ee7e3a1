import type { HclPosition } from './hcl-error';
import type { Source } from './source';

const PLAIN = /[^"\\\n$]+/y;
const ESCAPE = /\\(?:[abfnrtv\\"]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3})/y;
const JSON_ESCAPE = /\\(?:[bfnrt\\"/]|u[0-9a-fA-F]{4})/y;
const SIMPLE: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/**
 * Reads a double-quoted string; the cursor stands on the opening quote. `${ … }` is kept as it is written, quotes and
 * escapes included: HCL leaves interpolation to the program, and ours has none.
 *
 * @param json JSON's escapes, and no interpolation.
 */
export function readString(source: Source, json: boolean): string {
  const start = source.position();
  let content = '';
  source.offset += 1;
  for (;;) {
    content += source.take(PLAIN) ?? '';
    const character = source.peek();
    if (character === '"') {
      source.offset += 1;
      return content;
    }
    if (character === '\\') content += readEscape(source, json ? JSON_ESCAPE : ESCAPE);
    else if (character === '$') content += readDollar(source, json, start);
    else throw source.error('literal not terminated', start);
  }
}

function readEscape(source: Source, pattern: RegExp): string {
  const escape = source.take(pattern);
  if (escape === undefined) throw source.error('illegal char escape');
  const letter = escape.charAt(1);
  if (escape.length === 2) return SIMPLE[letter] ?? letter;
  const code = /[0-7]/.test(letter) ? Number.parseInt(escape.slice(1), 8) : Number.parseInt(escape.slice(2), 16);
  if (code > 0x10ffff) throw source.error('illegal char escape');
  return letter === 'u' ? String.fromCharCode(code) : String.fromCodePoint(code);
}

function readDollar(source: Source, json: boolean, literal: HclPosition): string {
  const start = source.offset;
  source.offset += 1;
  if (json || source.peek() !== '{') return '$';
  let depth = 0;
  do {
    if (source.peek() === '') throw source.error('literal not terminated', literal);
    if (source.peek() === '{') depth += 1;
    if (source.peek() === '}') depth -= 1;
    source.offset += 1;
  } while (depth > 0);
  return source.text.slice(start, source.offset);
}
