import type { JournalEntry } from '../journal/journal';
import type { LocalTable, LocalTables } from '../ports/local-view';
import type { MutationRecord } from '../ports/store';
import type { StreamPosition } from '../ports/stream-sink';
import type { Footprint } from './history';

export interface Counters {
  localIndex: number;
  replicatedIndex: number;
}

export interface LocalChange {
  readonly table: LocalTable;
  readonly id: string;
  /** As stored; `undefined` deletes. */
  readonly row: LocalTables[LocalTable] | undefined;
}

/** Everything that one transaction commits: the changes of many units, later ones winning over earlier ones. */
export class Group {
  /** As stored; `null` deletes. */
  readonly records = new Map<string, Buffer | null>();
  readonly local = new Map<LocalTable, Map<string, LocalTables[LocalTable] | undefined>>();
  readonly journal: JournalEntry[] = [];
  /** Journal rows behind this index go. */
  journalEnd: number | undefined;
  readonly counters: Counters;
  stream: StreamPosition | undefined;

  constructor(counters: Readonly<Counters>) {
    this.counters = { ...counters };
  }

  dropJournalAfter(index: number): void {
    this.journalEnd = index;
    this.journal.splice(0, this.journal.length, ...this.journal.filter((entry) => entry.index <= index));
  }

  addRecords(records: Iterable<MutationRecord>): void {
    for (const { key, value } of records) this.records.set(key, value);
  }

  addLocal(changes: readonly LocalChange[]): void {
    for (const { table, id, row } of changes) {
      let rows = this.local.get(table);
      if (rows === undefined) this.local.set(table, (rows = new Map()));
      rows.set(id, row);
    }
  }
}

/** What later units must not have read, without the values. */
export function footprintOf(keys: Iterable<string>, changes: readonly LocalChange[]): Footprint {
  const local = new Map<LocalTable, Map<string, LocalTables[LocalTable] | undefined>>();
  for (const { table, id, row } of changes) {
    let rows = local.get(table);
    if (rows === undefined) local.set(table, (rows = new Map()));
    rows.set(id, row && { ...row, value: EMPTY });
  }
  return { replicated: new Set(keys), local };
}

const EMPTY = Buffer.alloc(0);
