import { Barrier, openShamirSeal } from '@tidelock/barrier';
import { readSealConfig } from '@tidelock/core/seal';
import { silentLogger } from '@tidelock/kernel';
import { type Credentials, readCredentials } from '@tidelock/replication';
import { openStore } from '@tidelock/store';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from './cluster';

/**
 * All replication secrets that a cluster with SQLite storage holds, read out of its own files with its own unseal keys: what
 * somebody has who takes the machine over.
 */
export async function secretsHeldBy({ server, keys, threshold }: Cluster): Promise<Credentials> {
  const copy = mkdtempSync(join(tmpdir(), 'tidelock-held-'));
  cpSync(join(server.folder, 'data'), copy, { recursive: true });
  const barrier = new Barrier();
  const store = await openStore({ kind: 'sqlite', path: join(copy, 'tidelock.db') }, barrier, { logger: silentLogger });
  try {
    const config = await readSealConfig(store.replicated);
    const keyring = await store.replicated.getSealed('keyring');
    if (config === undefined || keyring === undefined) throw new Error('the cluster is not initialised');
    barrier.unseal(await openShamirSeal(config, keys.slice(0, threshold).map((key) => Buffer.from(key, 'base64'))), keyring);
    return await readCredentials(store.local);
  } finally {
    await store.close();
  }
}
