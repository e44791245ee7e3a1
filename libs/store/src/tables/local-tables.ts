import { LOCAL_INDEXES, type LocalTable, type RowHead } from '../ports/local-view';
import { binary, integer, type Table, text } from './table';

/** The family of tables that never leaves this cluster. */
export const LOCAL_TABLES: Readonly<Record<LocalTable, Table>> = {
  record: { name: 'local_record', columns: [text('key'), binary('value')] },
  token: {
    name: 'token',
    columns: [
      text('id'),
      text('accessor'),
      text('parent', true),
      text('path'),
      integer('expires_at', true),
      binary('value'),
    ],
  },
  lease: { name: 'lease', columns: [text('id'), text('token'), integer('expires_at'), text('mount'), binary('value')] },
  cluster: { name: 'cluster', columns: [text('key'), binary('value')] },
  secondary: { name: 'secondary', columns: [text('id'), text('status'), binary('value')] },
  stream: {
    name: 'stream',
    columns: [text('name'), integer('epoch'), integer('idx'), binary('digest'), text('broker_offset'), binary('value')],
  },
};

/** Tables whose `value` is not barrier ciphertext: needed while sealed. */
export const PLAIN_TABLES: ReadonlySet<LocalTable> = new Set(['cluster']);

/** Value of a row's primary key. */
export function idOf<T extends LocalTable>(table: T, row: RowHead<T>): string {
  return row[LOCAL_INDEXES[table][0] as unknown as keyof RowHead<T>] as string;
}
