import type { Barrier } from '@tidelock/barrier';
import { systemClock } from '@tidelock/kernel';
import type { SqlDatabase } from './adapters/sql-database';
import { SqliteDatabase } from './adapters/sqlite-database';
import type { ClusterStore } from './ports/cluster-store';
import { type OpenOptions, TidelockStore } from './tidelock-store';

const postgres = (): typeof import('./adapters/postgres-database') => require('./adapters/postgres-database');

/** Where a cluster's data lives. */
export type StoreLocation =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgresql'; readonly connectionUrl: string; readonly schema?: string }
  | { readonly kind: 'inmem' };

const MIB = 1024 * 1024;

/** Opens a cluster's store, making it when it is not there yet. */
export async function openStore(
  location: StoreLocation,
  barrier: Barrier,
  options: OpenOptions,
): Promise<ClusterStore> {
  const { logger, clock = systemClock, observer = {}, cacheBytes = 64 * MIB, maxMutationBytes = 40 * MIB } = options;
  const settings = { logger, clock, observer, cacheBytes, maxMutationBytes };
  return TidelockStore.open(await openDatabase(location), barrier, settings);
}

function openDatabase(location: StoreLocation): Promise<SqlDatabase> {
  if (location.kind === 'postgresql') {
    const { connectionUrl, schema = 'tidelock' } = location;
    return postgres().PostgresDatabase.open({ connectionUrl, schema });
  }
  return SqliteDatabase.open(location.kind === 'inmem' ? ':memory:' : location.path);
}
