import type { Barrier } from '@tidelock/barrier';
import { PLAIN_TABLES } from '../local/tables';
import { LOCAL_INDEXES, type LocalTable, type LocalTables } from '../ports/local-view';

/** The barrier's place in the store: values are sealed under their own key, so that none passes for another (P9). */
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
}

const nameOf = <T extends LocalTable>(table: T, row: LocalTables[T]): string => `l/${table}/${idOf(table, row)}`;

/** Value of a row's primary key. */
export function idOf<T extends LocalTable>(table: T, row: LocalTables[T]): string {
  return row[LOCAL_INDEXES[table][0] as unknown as keyof LocalTables[T]] as string;
}
