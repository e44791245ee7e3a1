import type { Table } from '../tables/table';
import { type Dialect, orReplace, type Statement, valueOf } from './dialect';

/** SQLite binds at most 32,766 parameters a statement; long statements gain nothing. */
const PARAMETERS = 3000;
/** `json_each` takes any number of values with one statement, but costs ten times as much for the few that a commit has. */
const FEW = 8;

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  place: () => '?',
  insert: (table, rows) => insertion(table, rows, ''),
  upsert: (table, rows) => insertion(table, rows, orReplace(table)),
  deleteByKey(table: Table, keys: readonly unknown[]): Statement[] {
    const key = table.columns[0]?.name;
    return inChunks(keys, PARAMETERS).map((chunk) => ({
      sql: `DELETE FROM ${table.name} WHERE ${key} IN (${chunk.map(() => '?').join(',')})`,
      parameters: chunk,
    }));
  },
  oneOf: (column, _type, values) =>
    values.length <= FEW
      ? { sql: `${column} IN (${values.map(() => '?').join(',')})`, parameters: values }
      : { sql: `${column} IN (SELECT value FROM json_each(?))`, parameters: [JSON.stringify(values)] },
};

function insertion({ name: table, columns }: Table, rows: readonly object[], conflict: string): Statement[] {
  const names = columns.map(({ name }) => name);
  const row = `(${names.map(() => '?').join(',')})`;
  return inChunks(rows, Math.floor(PARAMETERS / names.length)).map((chunk) => ({
    sql: `INSERT INTO ${table} (${names.join(',')}) VALUES ${chunk.map(() => row).join(',')}${conflict}`,
    parameters: chunk.flatMap((values) => names.map((name) => valueOf(values, name))),
  }));
}

function inChunks<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}
