import type { JournalRow } from '../ports/outbox';

/** Bytes of bodies, and rows: what a publisher sends at once, and what comes meanwhile. */
const MOST_BYTES = 1024 * 1024;
const MOST_ROWS = 1000;

/** The newest rows of the journal, in memory: they are asked for as soon as they are committed. */
export class JournalTail {
  private rows: JournalRow[] = [];
  private bytes = 0;

  clear(): void {
    this.rows = [];
    this.bytes = 0;
  }

  /** A row that was committed behind all others. */
  added(row: JournalRow): void {
    this.rows.push({ ...row, body: ownCopyOf(row.body) });
    this.bytes += row.body.length;
    while (this.bytes > MOST_BYTES || this.rows.length > MOST_ROWS) this.bytes -= this.rows.shift()?.body.length ?? 0;
  }

  /** The rows up to and including `index` have gone. */
  trimmed(index: number): void {
    this.keep((row) => row.index > index);
  }

  /** The rows behind `index` have gone. */
  droppedAfter(index: number): void {
    this.keep((row) => row.index <= index);
  }

  /** @returns all rows behind `index`; `undefined` where not all of them are here. */
  after(index: number): readonly JournalRow[] | undefined {
    const [first] = this.rows;
    if (first === undefined || first.index > index + 1) return undefined;
    const at = this.rows.findLastIndex((row) => row.index <= index);
    return this.rows.slice(at + 1);
  }

  private keep(isThere: (row: JournalRow) => boolean): void {
    this.rows = this.rows.filter(isThere);
    this.bytes = this.rows.reduce((bytes, { body }) => bytes + body.length, 0);
  }
}

/** A body is packed into a buffer that it shares with others, some of them large: all of that would be kept with it. */
function ownCopyOf(body: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(body.length);
  body.copy(copy);
  return copy;
}
