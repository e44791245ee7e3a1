import type { Dialect } from './dialect';

const TYPES = { text: 'text COLLATE "C"', binary: 'bytea', integer: 'bigint' } as const;
const ARRAYS = { text: 'text[]', binary: 'bytea[]', integer: 'bigint[]' } as const;

/** PostgreSQL takes whole columns as arrays: one statement for any number of rows. */
export const postgresDialect: Dialect = {
  name: 'postgres',
  place: (position) => `$${position}`,
  typeOf: ({ type }) => TYPES[type],
  upsert(table, rows) {
    if (rows.length === 0) return [];
    const names = table.columns.map(({ name }) => name);
    const [key, ...others] = names;
    const arrays = table.columns.map(({ type }, at) => `$${at + 1}::${ARRAYS[type]}`);
    const conflict = others.length === 0 ? 'NOTHING' : `UPDATE SET ${others.map((name) => `${name}=excluded.${name}`).join(',')}`;
    return [
      {
        sql: `INSERT INTO ${table.name} (${names.join(',')}) SELECT * FROM unnest(${arrays.join(',')}) ON CONFLICT(${key}) DO ${conflict}`,
        parameters: names.map((name) => rows.map((row) => row[name] ?? null)),
      },
    ];
  },
  deleteByKey(table, keys) {
    const [key] = table.columns;
    if (keys.length === 0 || key === undefined) return [];
    return [{ sql: `DELETE FROM ${table.name} WHERE ${key.name} = ANY($1::${ARRAYS[key.type]})`, parameters: [keys] }];
  },
  oneOf: (column, type, values, position) => ({ sql: `${column} = ANY($${position}::${ARRAYS[type]})`, parameters: [values] }),
};
