import { Barrier, openShamirSeal } from '@tidelock/barrier';
import { readSealConfig } from '@tidelock/core/seal';
import { silentLogger } from '@tidelock/kernel';
import { type Credentials, readCredentials } from '@tidelock/replication';
import { openStore, type Store } from '@tidelock/store';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from './cluster';

/**
 * All replication secrets that a cluster with SQLite storage holds, read out of its own files with its own unseal keys: what
 * somebody has who takes the machine over.
 */
export const secretsHeldBy = (cluster: Cluster): Promise<Credentials> => inFilesOf(cluster, ({ local }) => readCredentials(local));

/** Keys of all replicated records in its files. */
export const recordsHeldBy = (cluster: Cluster): Promise<string[]> => inFilesOf(cluster, ({ replicated }) => replicated.keys(''));

/** Looks into a copy of a cluster's files, opened with its own unseal keys. */
async function inFilesOf<T>({ server, keys, threshold }: Cluster, work: (store: Store) => Promise<T>): Promise<T> {
  const copy = mkdtempSync(join(tmpdir(), 'tidelock-held-'));
  cpSync(join(server.folder, 'data'), copy, { recursive: true });
  const barrier = new Barrier();
  const store = await openStore({ kind: 'sqlite', path: join(copy, 'tidelock.db') }, barrier, { logger: silentLogger });
  try {
    const config = await readSealConfig(store.replicated);
    const keyring = await store.replicated.getSealed('keyring');
    if (config === undefined || keyring === undefined) throw new Error('the cluster is not initialised');
    barrier.unseal(await openShamirSeal(config, keys.slice(0, threshold).map((key) => Buffer.from(key, 'base64'))), keyring);
    return await work(store);
  } finally {
    await store.close();
  }
}
