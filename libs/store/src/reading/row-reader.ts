import type { SqlReads } from '../adapters/observed-reads';
import type { Dialect, Statement } from '../adapters/dialect';
import { LOCAL_TABLES } from '../tables/local-tables';
import type { LeaseFigures, LocalTable, LocalTables, RowHead, RowQuery } from '../ports/local-view';
import { endOf } from './key-range';

/** Rows of the local tables, `value` as stored. */
export class RowReader {
  constructor(private readonly database: SqlReads) {}

  async row<T extends LocalTable>(table: T, id: string): Promise<LocalTables[T] | undefined> {
    const { name, columns } = LOCAL_TABLES[table];
    const sql = `SELECT * FROM ${name} WHERE ${columns[0]?.name} = ${this.database.dialect.place(1)}`;
    const [row] = await this.database.all({ sql, parameters: [id] });
    return row as LocalTables[T] | undefined;
  }

  async rows<T extends LocalTable>(table: T, query: RowQuery<T>): Promise<LocalTables[T][]> {
    return (await this.database.all(
      selection(this.database.dialect, table, query, '*'),
    )) as unknown as LocalTables[T][];
  }

  /** Without reading the values. */
  async heads<T extends LocalTable>(table: T, query: RowQuery<T>): Promise<RowHead<T>[]> {
    const columns = LOCAL_TABLES[table].columns.map(({ name }) => name).filter((name) => name !== 'value');
    return (await this.database.all(
      selection(this.database.dialect, table, query, columns.join(', ')),
    )) as unknown as RowHead<T>[];
  }

  async count(table: LocalTable): Promise<number> {
    const [row] = await this.database.all({
      sql: `SELECT count(*) AS n FROM ${LOCAL_TABLES[table].name}`,
      parameters: [],
    });
    return Number(row?.['n']);
  }

  async leaseFigures(): Promise<LeaseFigures[]> {
    const sql = 'SELECT mount, total, irrevocable FROM lease_count ORDER BY mount';
    return (await this.database.all({ sql, parameters: [] })) as unknown as LeaseFigures[];
  }
}

function selection<T extends LocalTable>({ place }: Dialect, table: T, query: RowQuery<T>, columns: string): Statement {
  const conditions: string[] = [];
  const parameters: unknown[] = [];
  for (const [operator, value] of boundsOf(query)) {
    parameters.push(value);
    conditions.push(`${query.column} ${operator} ${place(parameters.length)}`);
  }
  parameters.push(query.limit ?? Number.MAX_SAFE_INTEGER);
  const where = conditions.length === 0 ? `${query.column} IS NOT NULL` : conditions.join(' AND ');
  const sql = `SELECT ${columns} FROM ${LOCAL_TABLES[table].name} WHERE ${where} ORDER BY ${query.column} LIMIT ${place(parameters.length)}`;
  return { sql, parameters };
}

function boundsOf<T extends LocalTable>({
  equals,
  prefix,
  below,
  after,
  startAfter,
}: RowQuery<T>): [string, unknown][] {
  const bounds: [string, unknown][] = [];
  if (equals !== undefined) bounds.push(['=', equals]);
  if (prefix !== undefined) bounds.push(['>=', prefix], ['<=', endOf(prefix)]);
  if (below !== undefined) bounds.push(['<', below]);
  if (after !== undefined) bounds.push(['>', after]);
  if (startAfter !== undefined) bounds.push(['>', startAfter]);
  return bounds;
}

/** Whether a row would be among those that a query finds. */
export function matches<T extends LocalTable>(row: LocalTables[T], query: RowQuery<T>): boolean {
  const value = row[query.column as unknown as keyof LocalTables[T]] as string | number | null;
  if (value === null) return false;
  return boundsOf(query).every(([operator, bound]) => {
    const limit = bound as string | number;
    if (operator === '=') return value === limit;
    if (operator === '>') return value > limit;
    if (operator === '<') return value < limit;
    return operator === '>=' ? value >= limit : value <= limit;
  });
}
