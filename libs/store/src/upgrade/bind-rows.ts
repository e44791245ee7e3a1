import { ROWS_TO_BIND } from '../migrations/1764500000000-rows-to-bind';
import { idOf, LOCAL_TABLES, PLAIN_TABLES } from '../tables/local-tables';
import { LOCAL_INDEXES, type LocalTable, type LocalTables, type RowQuery } from '../ports/local-view';
import type { Store } from '../ports/store';
import { unlessDamaged } from '../reading/damaged-rows';
import type { RowReader } from '../reading/row-reader';
import type { ValueSealing } from '../unit-of-work/value-sealing';

const ROWS_AT_ONCE = 500;

type To = Pick<Store, 'transact'>;

/**
 * Seals local rows anew whose value is bound to their id alone, as earlier builds did: until then they do not open. Damaged ones
 * stay as they are. Takes an open barrier; can be ended anywhere and begins again.
 *
 * @throws what the store throws.
 */
export async function bindRows(rows: RowReader, sealing: ValueSealing, to: To): Promise<void> {
  if ((await rows.row('cluster', ROWS_TO_BIND)) === undefined) return;
  for (const table of Object.keys(LOCAL_TABLES) as LocalTable[])
    if (!PLAIN_TABLES.has(table)) await bindTable(rows, sealing, to, table);
  await to.transact(async ({ local }) => local.delete('cluster', ROWS_TO_BIND));
}

async function bindTable<T extends LocalTable>(
  rows: RowReader,
  sealing: ValueSealing,
  to: To,
  table: T,
): Promise<void> {
  const column = LOCAL_INDEXES[table][0] as RowQuery<T>['column'];
  for (let last: string | undefined = ''; last !== undefined;) {
    const query: RowQuery<T> = { column, prefix: '', startAfter: last, limit: ROWS_AT_ONCE };
    const stored: LocalTables[T][] = await rows.rows(table, query);
    await to.transact(async ({ local }) => {
      for (const row of stored) {
        const older = await olderForm(sealing, table, row);
        if (older !== undefined) local.put(table, older);
      }
    });
    last = stored.length < ROWS_AT_ONCE ? undefined : idOf(table, stored.at(-1) as LocalTables[T]);
  }
}

/** The row in the clear, where it opens in the older form and in no other. */
async function olderForm<T extends LocalTable>(
  sealing: ValueSealing,
  table: T,
  row: LocalTables[T],
): Promise<LocalTables[T] | undefined> {
  const opened = (open: () => LocalTables[T]) => unlessDamaged(Promise.resolve().then(open));
  if ((await opened(() => sealing.openRow(table, row))) !== undefined) return undefined;
  return opened(() => sealing.openOlderRow(table, row));
}
