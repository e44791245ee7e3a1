import type { Table } from '../tables/table';
import { type Dialect, orReplace, type Statement, valueOf } from './dialect';

const ARRAYS = { text: 'text[]', binary: 'bytea[]', integer: 'bigint[]' } as const;

/** PostgreSQL takes whole columns as arrays: one statement for any number of rows. */
export const postgresDialect: Dialect = {
  name: 'postgres',
  place: (position) => `$${position}`,
  insert: (table, rows) => insertion(table, rows, ''),
  upsert: (table, rows) => insertion(table, rows, orReplace(table)),
  deleteByKey(table, keys) {
    const [key] = table.columns;
    if (keys.length === 0 || key === undefined) return [];
    return [{ sql: `DELETE FROM ${table.name} WHERE ${key.name} = ANY($1::${ARRAYS[key.type]})`, parameters: [keys] }];
  },
  oneOf: (column, type, values, position) => ({
    sql: `${column} = ANY($${position}::${ARRAYS[type]})`,
    parameters: [values],
  }),
};

function insertion({ name: table, columns }: Table, rows: readonly object[], conflict: string): Statement[] {
  if (rows.length === 0) return [];
  const names = columns.map(({ name }) => name);
  const arrays = columns.map(({ type }, at) => `$${at + 1}::${ARRAYS[type]}`);
  const sql = `INSERT INTO ${table} (${names.join(',')}) SELECT * FROM unnest(${arrays.join(',')})${conflict}`;
  return [{ sql, parameters: names.map((name) => rows.map((row) => valueOf(row, name) ?? null)) }];
}
