import type { Table } from '../tables/table';

/** What differs between the databases: placeholders, and how many rows one statement takes. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  /** The nth placeholder of a statement, from 1. */
  place(position: number): string;
  /** Inserts or replaces rows by primary key (the first column), in as few statements as the database takes. */
  upsert(table: Table, rows: readonly object[]): Statement[];
  /** Inserts rows whose keys must be new. */
  insert(table: Table, rows: readonly object[]): Statement[];
  /** Deletes rows by primary key. */
  deleteByKey(table: Table, keys: readonly unknown[]): Statement[];
  /** A condition `column in (…)` over any number of values, with its parameters from `position` on. */
  oneOf(column: string, type: 'text' | 'integer', values: readonly unknown[], position: number): Statement;
}

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export const valueOf = (row: object, column: string): unknown => (row as Readonly<Record<string, unknown>>)[column];

/** The end of an insertion that replaces the row with the same primary key: both databases say it alike. */
export function orReplace({ columns }: Table): string {
  const [key, ...others] = columns.map(({ name }) => name);
  return ` ON CONFLICT(${key}) DO UPDATE SET ${others.map((name) => `${name}=excluded.${name}`).join(',')}`;
}
