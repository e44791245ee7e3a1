import { HclError, type HclPosition } from './hcl-error';

const WHITE = /[ \t\r\n]+|(?:#|\/\/)[^\n]*/y;

/** The text with a cursor in it. */
export class Source {
  offset: number;
  private line = 1;
  private lineStart: number;
  private counted = 0;

  constructor(readonly text: string) {
    this.lineStart = this.offset = text.startsWith('\uFEFF') ? 1 : 0;
  }

  /** The character under the cursor, `""` at the end. */
  peek(): string {
    return this.text.charAt(this.offset);
  }

  /** What the sticky pattern matches here, stepped over; `undefined` when it does not match. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    const match = pattern.exec(this.text)?.[0];
    if (match !== undefined) this.offset += match.length;
    return match;
  }

  /** Steps over white space and comments. */
  skipWhite(): void {
    for (;;) {
      if (this.take(WHITE) !== undefined) continue;
      if (!this.text.startsWith('/*', this.offset)) return;
      const end = this.text.indexOf('*/', this.offset + 2);
      if (end < 0) throw this.error('comment not terminated');
      this.offset = end + 2;
    }
  }

  /** Of the cursor, or of a later offset than any asked for before. */
  position(offset = this.offset): HclPosition {
    for (let at = this.text.indexOf('\n', this.counted); at >= 0 && at < offset; at = this.text.indexOf('\n', at + 1)) {
      this.line += 1;
      this.lineStart = this.counted = at + 1;
    }
    return { line: this.line, column: offset - this.lineStart + 1 };
  }

  error(reason: string, position = this.position()): HclError {
    return new HclError(position, reason);
  }
}
