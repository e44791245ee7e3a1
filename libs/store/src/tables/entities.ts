import { EntitySchema } from 'typeorm';
import { LOCAL_TABLES } from './local-tables';
import { REPLICATED_TABLES } from './replicated-tables';
import type { Table } from './table';

const TYPES = {
  sqlite: { text: 'text', binary: 'blob', integer: 'integer' },
  postgres: { text: 'text', binary: 'bytea', integer: 'bigint' },
} as const;

/** The entities of both families, in the types of a database. */
export function entitiesOf(database: keyof typeof TYPES): EntitySchema[] {
  const tables: Table[] = [...Object.values(REPLICATED_TABLES), ...Object.values(LOCAL_TABLES)];
  return tables.map((table) => entityOf(table, database));
}

function entityOf(table: Table, database: keyof typeof TYPES): EntitySchema {
  const columns = table.columns.map(({ name, type, nullable = false }, at) => [
    name,
    { type: TYPES[database][type], primary: at === 0, nullable },
  ]);
  return new EntitySchema({ name: table.name, tableName: table.name, columns: Object.fromEntries(columns) });
}
