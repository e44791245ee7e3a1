/** Rows that follow one another, counted together. */
interface Segment {
  first: number;
  last: number;
  bytes: number;
}

/** Bound what a long outage costs in memory: a segment for each of these. Within one, all rows count as equally long. */
const SEGMENT_BYTES = 256 * 1024;
const SEGMENT_ROWS = 256;

/** How long the journal's bodies are, in bytes, without a question to the database. */
export class JournalSizes {
  private segments: Segment[] = [];

  clear(): void {
    this.segments = [];
  }

  /** A row that was committed behind all others. */
  added(index: number, bytes: number): void {
    const open = this.segments.at(-1);
    if (open === undefined || open.bytes >= SEGMENT_BYTES || open.last - open.first >= SEGMENT_ROWS - 1) {
      this.segments.push({ first: index, last: index, bytes });
      return;
    }
    open.last = index;
    open.bytes += bytes;
  }

  /** The rows up to and including `index` have gone. */
  trimmed(index: number): void {
    const left = this.segments.findIndex(({ last }) => last > index);
    this.segments.splice(0, left < 0 ? this.segments.length : left);
    const [cut] = this.segments;
    if (cut === undefined || cut.first > index) return;
    cut.bytes = partBehind(cut, index);
    cut.first = index + 1;
  }

  /** The rows behind `index` have gone. */
  droppedAfter(index: number): void {
    while ((this.segments.at(-1)?.first ?? 0) > index) this.segments.pop();
    const cut = this.segments.at(-1);
    if (cut === undefined || cut.last <= index) return;
    cut.bytes -= partBehind(cut, index);
    cut.last = index;
  }

  /** @returns bytes of the rows behind `index`. */
  after(index: number): number {
    let bytes = 0;
    for (let at = this.segments.length - 1; at >= 0; at -= 1) {
      const segment = this.segments[at] as Segment;
      if (segment.last <= index) break;
      bytes += segment.first > index ? segment.bytes : partBehind(segment, index);
    }
    return bytes;
  }

  /** @returns the index behind which at most so many bytes lie: `0` for all. */
  lastBefore(bytes: number): number {
    let left = bytes;
    for (let at = this.segments.length - 1; at >= 0; at -= 1) {
      const segment = this.segments[at] as Segment;
      left -= segment.bytes;
      if (left < 0) return segment.last;
    }
    return 0;
  }
}

const partBehind = ({ first, last, bytes }: Segment, index: number): number =>
  Math.round((bytes * (last - index)) / (last - first + 1));
