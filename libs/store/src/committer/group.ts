import type { Durability } from '../adapters/sql-database';
import type { JournalEntry } from '../journal/journal';
import type { LocalTable, LocalTables } from '../ports/local-view';
import type { MutationRecord } from '../ports/store';
import type { StreamPosition } from '../ports/stream-sink';
import type { CommitReceipt } from '../ports/unit-of-work';
import type { LocalChange } from '../unit-of-work/local-changes';
import type { Footprint } from './history';

type RowsByTable = Map<LocalTable, Map<string, LocalTables[LocalTable] | undefined>>;

/** Everything that one transaction commits: the changes of many units, later ones winning over earlier ones. */
export class Group {
  /** As stored; `null` deletes. */
  readonly records = new Map<string, Buffer | null>();
  readonly local: RowsByTable = new Map();
  readonly journal: JournalEntry[] = [];
  /** Journal rows behind this index go. */
  journalEnd: number | undefined;
  readonly counters: { -readonly [Counter in keyof CommitReceipt]: number };
  stream: StreamPosition | undefined;
  /** What is the stream's alone is brought again by it, from the place that is committed along. */
  survives: Durability = 'process-end';

  constructor(readonly before: CommitReceipt) {
    this.counters = { ...before };
  }

  dropJournalAfter(index: number): void {
    this.journalEnd = index;
    this.journal.splice(0, this.journal.length, ...this.journal.filter((entry) => entry.index <= index));
  }

  /** @returns what later units must not have read, without the values. */
  add(records: Iterable<MutationRecord>, changes: readonly LocalChange[]): Footprint {
    const footprint = { replicated: new Set<string>(), local: new Map() as RowsByTable };
    for (const { key, value } of records) {
      this.records.set(key, value);
      footprint.replicated.add(key);
    }
    for (const { table, id, row } of changes) {
      rowsOf(this.local, table).set(id, row);
      rowsOf(footprint.local, table).set(id, row && { ...row, value: EMPTY });
    }
    return footprint;
  }
}

function rowsOf(tables: RowsByTable, table: LocalTable): Map<string, LocalTables[LocalTable] | undefined> {
  let rows = tables.get(table);
  if (rows === undefined) tables.set(table, (rows = new Map()));
  return rows;
}

const EMPTY = Buffer.alloc(0);
