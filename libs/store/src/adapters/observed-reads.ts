import type { ReadOf, StoreObserver } from '../ports/store-observer';
import type { SqlDatabase } from './sql-database';

/** A database as readers need it. */
export type SqlReads = Pick<SqlDatabase, 'dialect' | 'all'>;

/** The database for one kind of reads, before the eyes of whoever observes. */
export function observedReads(database: SqlReads, observer: StoreObserver, of: ReadOf): SqlReads {
  if (observer.read === undefined) return database;
  return { dialect: database.dialect, all: (statement) => observer.read!(of, () => database.all(statement)) };
}
