import { TidelockError } from '@tidelock/kernel';
import type { LeaseFigures, LocalStore, LocalTable, LocalTables, RowHead, RowQuery } from '../ports/local-view';
import { namesBelow } from '../reading/key-range';
import type { RecordReader } from '../reading/record-reader';
import { matches, type RowReader } from '../reading/row-reader';
import { idOf } from '../tables/local-tables';
import { keysOfUnit, type KeysPage } from './keys-of-unit';
import { ReadRanges } from './read-ranges';
import { rowKey } from './read-set';
import { requireStorable } from './storable-key';
import type { ValueSealing } from './value-sealing';

type AnyRow = LocalTables[LocalTable];

const NONE: ReadonlyMap<string, AnyRow | null> = new Map();

export interface LocalChange {
  readonly table: LocalTable;
  readonly id: string;
  /** As stored; `undefined` deletes. */
  readonly row: AnyRow | undefined;
}

/** Where stored local rows are read from. */
export interface LocalSources {
  readonly records: RecordReader;
  readonly rows: RowReader;
}

/** The local tables as one unit of work sees them. There is no way from here to the journal (P5). */
export class LocalChanges implements LocalStore {
  /** By table and id: the row in clear, `null` for a deletion. Sealed when committed. */
  readonly changes = new Map<LocalTable, Map<string, AnyRow | null>>();
  readonly readRows = new Set<string>();
  readonly readRanges = new ReadRanges();
  readonly readQueries: { table: LocalTable; query: RowQuery<LocalTable> }[] = [];

  constructor(
    private readonly stored: LocalSources,
    private readonly sealing: ValueSealing,
    private readonly guard: (table: LocalTable, deletes?: string) => void = () => undefined,
  ) {}

  async row<T extends LocalTable>(table: T, id: string): Promise<LocalTables[T] | undefined> {
    const own = this.changes.get(table)?.get(id);
    if (own !== undefined) return (own as LocalTables[T] | null) ?? undefined;
    this.readRows.add(rowKey(table, id));
    const found = await readRow(this.stored, table, id);
    return found && this.sealing.openRow(table, found);
  }

  async rows<T extends LocalTable>(table: T, query: RowQuery<T>): Promise<LocalTables[T][]> {
    return this.merged(table, query, await this.stored.rows.rows(table, this.asked(table, query)), (row) =>
      this.sealing.openRow(table, row),
    );
  }

  async heads<T extends LocalTable>(table: T, query: RowQuery<T>): Promise<RowHead<T>[]> {
    return this.merged(table, query, await this.stored.rows.heads(table, this.asked(table, query)), (head) => head);
  }

  count(table: LocalTable): Promise<number> {
    return this.stored.rows.count(table);
  }

  /** As they are stored. */
  leaseFigures(): Promise<LeaseFigures[]> {
    return this.stored.rows.leaseFigures();
  }

  async children(prefix: string): Promise<string[]> {
    if (this.changes.has('record')) return namesBelow(prefix, await this.keys(prefix));
    this.readRanges.add(prefix);
    return this.stored.records.children(prefix);
  }

  keys(prefix: string, page: KeysPage = {}): Promise<string[]> {
    const { stored, changes, readRanges } = this;
    return keysOfUnit({ stored: stored.records, changes: changes.get('record') ?? NONE, readRanges }, prefix, page);
  }

  put<T extends LocalTable>(table: T, row: LocalTables[T]): void {
    this.guard(table);
    const id = idOf(table, row);
    requireStorable(id);
    this.of(table).set(id, row);
  }

  delete(table: LocalTable, id: string): void {
    this.guard(table, id);
    this.of(table).set(id, null);
  }

  /** What is to be committed. */
  sealed(): LocalChange[] {
    const changes: LocalChange[] = [];
    for (const [table, rows] of this.changes)
      for (const [id, row] of rows)
        changes.push({ table, id, row: row === null ? undefined : this.sealing.sealRow(table, row) });
    return changes;
  }

  /** Notes the query, and asks for so many rows more as own changes may take away. */
  private asked<T extends LocalTable>(table: T, query: RowQuery<T>): RowQuery<T> {
    this.readQueries.push({ table, query: query as unknown as RowQuery<LocalTable> });
    const { limit = Number.MAX_SAFE_INTEGER } = query;
    return { ...query, limit: limit + (this.changes.get(table)?.size ?? 0) };
  }

  private merged<T extends LocalTable, R extends RowHead<T>>(
    table: T,
    query: RowQuery<T>,
    found: R[],
    open: (row: R) => R,
  ): R[] {
    const own = this.changes.get(table);
    for (const row of found) this.readRows.add(rowKey(table, idOf(table, row)));
    const rows = found.filter((row) => !own?.has(idOf(table, row))).map(open);
    if (own !== undefined) {
      for (const row of own.values())
        if (row !== null && matches(row as LocalTables[T], query)) rows.push(row as unknown as R);
      rows.sort((a, b) => compareColumn(a[query.column as never], b[query.column as never]));
    }
    return rows.slice(0, query.limit ?? Number.MAX_SAFE_INTEGER);
  }

  private of(table: LocalTable): Map<string, AnyRow | null> {
    let rows = this.changes.get(table);
    if (rows === undefined) this.changes.set(table, (rows = new Map()));
    return rows;
  }
}

/** Of a unit that another cluster asks for. @param mayDelete prefix of the records that it may delete. */
export const refuseLocalBut =
  (mayDelete?: string) =>
  (table: LocalTable, deletes?: string): void => {
    if (mayDelete !== undefined && table === 'record' && deletes?.startsWith(mayDelete)) return;
    throw new TidelockError('PERMISSION_DENIED', {
      text: 'what is local to the primary cannot be changed from another cluster',
    });
  };

/** Records come from the cache, other rows from the database. */
export async function readRow<T extends LocalTable>(
  { records, rows }: LocalSources,
  table: T,
  id: string,
): Promise<LocalTables[T] | undefined> {
  if (table !== 'record') return rows.row(table, id);
  const value = await records.get(id);
  return value && ({ key: id, value } as LocalTables[T]);
}

const compareColumn = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);
