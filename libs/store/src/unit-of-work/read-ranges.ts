import { compareBytes } from '../reading/key-range';

interface Range {
  readonly after: string;
  /** Absent: to the last key that the prefix can have. */
  last?: string;
}

/** The parts of a record family that a unit of work has looked through: a key that comes or goes there changes what it has read. */
export class ReadRanges {
  private readonly byPrefix = new Map<string, Range[]>();

  /** Notes the keys below a prefix strictly after `after`, up to and including `last`. Pages that follow each other are one range. */
  add(prefix: string, after = '', last?: string): void {
    const ranges = this.byPrefix.get(prefix) ?? [];
    this.byPrefix.set(prefix, ranges);
    const met = ranges.find(
      (range) =>
        compareBytes(range.after, after) <= 0 && (range.last === undefined || compareBytes(after, range.last) <= 0),
    );
    if (met === undefined) ranges.push({ after, ...(last !== undefined && { last }) });
    else if (last === undefined) delete met.last;
    else if (met.last !== undefined && compareBytes(last, met.last) > 0) met.last = last;
  }

  /** The prefix that was read where the key lies. */
  touchedBy(key: string): string | undefined {
    for (const [prefix, ranges] of this.byPrefix)
      if (key.startsWith(prefix) && ranges.some((range) => includes(range, key))) return prefix;
    return undefined;
  }
}

const includes = ({ after, last }: Range, key: string): boolean =>
  (after === '' || compareBytes(key, after) > 0) && (last === undefined || compareBytes(key, last) <= 0);
