import type { Barrier } from '@tidelock/barrier';
import type { LocalTable, LocalTables } from '../ports/local-view';
import { idOf, LOCAL_TABLES, PLAIN_TABLES } from '../tables/local-tables';

/**
 * The barrier's place in the store: values are sealed under their own key, so that none passes for another (P9). A local row's value
 * is bound to the row's other columns, too: a column that is changed by hand makes it a damaged row.
 */
export class ValueSealing {
  constructor(private readonly barrier: Pick<Barrier, 'encrypt' | 'decrypt'>) {}

  sealRecord(key: string, value: Buffer): Buffer {
    return this.barrier.encrypt(value, `r/${key}`);
  }

  openRecord(key: string, sealed: Buffer): Buffer {
    return this.barrier.decrypt(sealed, `r/${key}`);
  }

  sealRow<T extends LocalTable>(table: T, row: LocalTables[T]): LocalTables[T] {
    if (PLAIN_TABLES.has(table)) return row;
    return { ...row, value: this.barrier.encrypt(row.value, nameOf(table, row)) };
  }

  openRow<T extends LocalTable>(table: T, row: LocalTables[T]): LocalTables[T] {
    if (PLAIN_TABLES.has(table)) return row;
    return { ...row, value: this.barrier.decrypt(row.value, nameOf(table, row)) };
  }

  /** As `openRow`, for a row of an earlier build, whose value is bound to its id alone. */
  openOlderRow<T extends LocalTable>(table: T, row: LocalTables[T]): LocalTables[T] {
    return { ...row, value: this.barrier.decrypt(row.value, `l/${table}/${idOf(table, row)}`) };
  }
}

function nameOf<T extends LocalTable>(table: T, row: LocalTables[T]): string {
  const columns = LOCAL_TABLES[table].columns.filter(({ name }) => name !== 'value');
  const clear = columns.map(({ name }) => inText(row[name as keyof LocalTables[T]]));
  return `l/${table}/${JSON.stringify(clear)}`;
}

const inText = (column: unknown): unknown =>
  column instanceof Uint8Array ? Buffer.from(column).toString('hex') : column;
