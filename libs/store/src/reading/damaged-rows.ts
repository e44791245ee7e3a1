import { isTidelockError } from '@tidelock/kernel';
import type { LocalReader, LocalTable, LocalTables, RowQuery } from '../ports/local-view';
import { idOf } from '../tables/local-tables';

/** What was read, or `undefined` when it was changed outside the barrier. */
export async function unlessDamaged<R>(reading: Promise<R>): Promise<R | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!isTidelockError(error, 'CORRUPT_RECORD')) throw error;
    return undefined;
  }
}

/** The rows of a query that open, for those whom one damaged row must not stop. One by one where there is a damaged one. */
export async function undamagedRows<T extends LocalTable>(
  local: LocalReader,
  table: T,
  query: RowQuery<T>,
): Promise<LocalTables[T][]> {
  const all = await unlessDamaged(local.rows(table, query));
  if (all !== undefined) return all;
  const rows: LocalTables[T][] = [];
  for (const head of await local.heads(table, query)) {
    const row = await unlessDamaged(local.row(table, idOf(table, head)));
    if (row !== undefined) rows.push(row);
  }
  return rows;
}
