import { badRequest } from '../tidelock-error';

const QUOTE = 0x22, COMMA = 0x2c, BACKSLASH = 0x5c;
/** `[` and `{`, `]` and `}` differ from each other in the bit 0x20 alone. */
const OPENS = 0x7b, CLOSES = 0x7d, BRACE_BIT = 0x20;

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

  constructor(private readonly bounds: StructureBounds) {}

  /** @throws {TidelockError} INVALID_REQUEST beyond a bound. */
  add(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at += 1) {
      if (this.inString) at = this.leaveString(chunk, at);
      else this.count(chunk[at] as number);
    }
  }

  private count(code: number): void {
    if (code === QUOTE) this.inString = true;
    else if (code === COMMA) this.refuseBeyond((this.commas += 1));
    else if ((code | BRACE_BIT) === OPENS) this.open();
    else if ((code | BRACE_BIT) === CLOSES) this.depth -= 1;
  }

  private open(): void {
    this.depth += 1;
    if (this.depth > this.bounds.levels) throw badRequest(`error parsing JSON: more than ${this.bounds.levels} levels of nesting`);
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
