import type { SqlDatabase } from '../adapters/sql-database';

/** Digests of replicated records as the database has them; a key without a record is absent. @param keys at least one. */
export async function digestsOf(database: SqlDatabase, keys: readonly string[]): Promise<Map<string, Buffer>> {
  const { sql, parameters } = database.dialect.oneOf('key', 'text', keys, 1);
  const rows = await database.all({ sql: `SELECT key, digest FROM record WHERE ${sql}`, parameters });
  return new Map(rows.map((row) => [row['key'] as string, row['digest'] as Buffer]));
}
