import { badRequest } from '../errors/tidelock-error';

const QUOTE = 0x22,
  COMMA = 0x2c,
  BACKSLASH = 0x5c;
const MINUS = 0x2d,
  POINT = 0x2e,
  ZERO = 0x30,
  NINE = 0x39,
  SMALL_E = 0x65,
  LETTER_BIT = 0x20;
/** An integer of so many digits may be beyond what JavaScript holds exactly. */
const TOO_MANY_DIGITS = 16;
/** `[` and `{`, `]` and `}` differ from each other in the bit 0x20 alone. */
const OPENS = 0x7b,
  CLOSES = 0x7d,
  BRACE_BIT = 0x20;

export interface StructureBounds {
  readonly levels: number;
  /** Members of objects and arrays beyond the first of each, at all levels together; as many objects and arrays may there be. */
  readonly members: number;
}

/**
 * Counts levels and members of a JSON text while it comes in, so that a body that would take long to parse, or much
 * memory, is refused before it is parsed. What is no JSON is counted as if it were.
 */
export class StructureLimits {
  private depth = 0;
  private commas = 0;
  private opened = 0;
  private inString = false;
  private escaped = false;
  /** Digits in a row up to here. */
  private digits = 0;
  private previous = 0;
  private plain = true;

  constructor(private readonly bounds: StructureBounds) {}

  /** Whether `JSON.parse` holds every number of the text exactly, so that nobody need look for those that it does not. */
  get hasPlainNumbers(): boolean {
    return this.plain;
  }

  /** @throws {TidelockError} INVALID_REQUEST beyond a bound. */
  add(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at += 1) {
      if (this.inString) at = this.leaveString(chunk, at);
      else this.count(chunk[at] as number);
    }
  }

  /** Fractions, exponents, long integers and `-0`. */
  private lookAtNumber(code: number): void {
    if (code >= ZERO && code <= NINE) {
      this.digits += 1;
      if (this.digits >= TOO_MANY_DIGITS || (code === ZERO && this.previous === MINUS)) this.plain = false;
    } else {
      if (code === POINT || (this.digits > 0 && (code | LETTER_BIT) === SMALL_E)) this.plain = false;
      this.digits = 0;
    }
    this.previous = code;
  }

  private count(code: number): void {
    this.lookAtNumber(code);
    if (code === QUOTE) this.inString = true;
    else if (code === COMMA) this.refuseBeyond((this.commas += 1));
    else if ((code | BRACE_BIT) === OPENS) this.open();
    else if ((code | BRACE_BIT) === CLOSES) this.depth -= 1;
  }

  private open(): void {
    this.depth += 1;
    if (this.depth > this.bounds.levels)
      throw badRequest(`error parsing JSON: more than ${this.bounds.levels} levels of nesting`);
    this.refuseBeyond((this.opened += 1));
  }

  private refuseBeyond(members: number): void {
    if (members > this.bounds.members) throw badRequest(`error parsing JSON: more than ${this.bounds.members} members`);
  }

  /** @returns the place of the closing quote, or of the chunk's last byte. */
  private leaveString(chunk: Buffer, from: number): number {
    let at = this.escaped ? from + 1 : from;
    this.escaped = false;
    for (; at < chunk.length; at += 1) {
      const code = chunk[at];
      if (code === QUOTE) {
        this.inString = false;
        return at;
      }
      if (code === BACKSLASH) at += 1;
    }
    this.escaped = at > chunk.length;
    return chunk.length;
  }
}
