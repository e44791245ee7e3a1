import { jsonNumberEnd } from './json-number';
import { RawJson } from './raw-json';

const TAB = 0x09,
  LINE_FEED = 0x0a,
  RETURN = 0x0d,
  SPACE = 0x20;
const QUOTE = 0x22,
  COMMA = 0x2c,
  COLON = 0x3a,
  OPEN_BRACKET = 0x5b,
  BACKSLASH = 0x5c,
  CLOSE_BRACKET = 0x5d,
  OPEN_BRACE = 0x7b,
  CLOSE_BRACE = 0x7d;
const EXACT_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;
/** The longest exact integer has a sign and 15 digits. */
const EXACT_LENGTH = 16;
/** An escape, or a character that no string may hold: `JSON.parse` knows what to make of it. */
const NOT_PLAIN = /[\\\u0000-\u001f]/;
const LITERALS: readonly (readonly [string, unknown])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/**
 * A JSON parser that gives every number that JavaScript cannot hold exactly as `RawJson`; for the rest it is `JSON.parse`.
 * Long strings cost it no more than copying them. Nested as deep as the stack allows.
 */
export class ExactParser {
  private at = 0;

  constructor(private readonly text: string) {}

  /** @throws {SyntaxError} when the text is not JSON. */
  document(): unknown {
    const value = this.value();
    if (this.next() >= 0) this.refuse();
    return value;
  }

  private value(): unknown {
    switch (this.next()) {
      case OPEN_BRACE:
        return this.object();
      case OPEN_BRACKET:
        return this.array();
      case QUOTE:
        return this.string();
      default:
        return this.scalar();
    }
  }

  private object(): unknown {
    const object: Record<string, unknown> = {};
    this.at += 1;
    if (this.skip(CLOSE_BRACE)) return object;
    do {
      if (this.next() !== QUOTE) this.refuse();
      const name = this.string();
      if (!this.skip(COLON)) this.refuse();
      setMember(object, name, this.value());
    } while (this.skip(COMMA));
    return this.skip(CLOSE_BRACE) ? object : this.refuse();
  }

  private array(): unknown {
    const items: unknown[] = [];
    this.at += 1;
    if (this.skip(CLOSE_BRACKET)) return items;
    do items.push(this.value());
    while (this.skip(COMMA));
    return this.skip(CLOSE_BRACKET) ? items : this.refuse();
  }

  private string(): string {
    const from = this.at;
    const end = stringEnd(this.text, from + 1);
    if (end < 0) this.refuse();
    this.at = end;
    const content = this.text.slice(from + 1, end - 1);
    return NOT_PLAIN.test(content) ? (JSON.parse(this.text.slice(from, end)) as string) : content;
  }

  private scalar(): unknown {
    const literal = LITERALS.find(([word]) => this.text.startsWith(word, this.at));
    if (literal === undefined) return this.number();
    this.at += literal[0].length;
    return literal[1];
  }

  private number(): unknown {
    const end = jsonNumberEnd(this.text, this.at);
    if (end < 0) this.refuse();
    const digits = this.text.slice(this.at, end);
    this.at = end;
    return digits.length <= EXACT_LENGTH && EXACT_INTEGER.test(digits) ? Number(digits) : new RawJson(digits);
  }

  /** Goes over white space. @returns the code of the next character, -1 at the end. */
  private next(): number {
    for (; this.at < this.text.length; this.at += 1) {
      const code = this.text.charCodeAt(this.at);
      if (code !== SPACE && code !== LINE_FEED && code !== RETURN && code !== TAB) return code;
    }
    return -1;
  }

  private skip(code: number): boolean {
    if (this.next() !== code) return false;
    this.at += 1;
    return true;
  }

  private refuse(): never {
    throw new SyntaxError(`unexpected input in JSON at position ${this.at}`);
  }
}

/** @returns where the text goes on behind the closing quote; -1 when there is none. */
function stringEnd(text: string, from: number): number {
  const first = text.indexOf('"', from);
  if (first < 0 || text.charCodeAt(first - 1) !== BACKSLASH) return first < 0 ? -1 : first + 1;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at += 1;
  }
  return -1;
}

/** By assignment wherever it can be: `__proto__` is a name like any other here. */
function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
}
