import { Barrier } from '@tidelock/barrier';
import { readSharesConfig } from '@tidelock/core/seal';
import { shamirSeal } from '@tidelock/seals/shamir';
import { TestRuntime } from '@tidelock/core/runtime/testing';
import { BATCH_PREFIX, BatchTokenKeys } from '@tidelock/core/tokens';
import { silentLogger } from '@tidelock/kernel';
import { type Credentials, readCredentials } from '@tidelock/replication/testing';
import { openStore, type ClusterStore } from '@tidelock/store';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from './cluster';

/**
 * All replication secrets that a cluster with SQLite storage holds, read out of its own files with its own unseal keys: what
 * somebody has who takes the machine over.
 */
export const secretsHeldBy = (cluster: Cluster): Promise<Credentials> =>
  inFilesOf(cluster, ({ local }) => readCredentials(local));

/** Keys of all replicated records in its files. */
export const recordsHeldBy = (cluster: Cluster): Promise<string[]> =>
  inFilesOf(cluster, ({ replicated }) => replicated.keys(''));

/** What opens the barrier, as somebody has it who took a cluster's machine over. */
export interface BarrierKeys {
  readonly rootKey: Buffer;
  /** Sealed under it. */
  readonly keyring: Buffer;
}

export const barrierKeysHeldBy = (cluster: Cluster): Promise<BarrierKeys> =>
  inFilesOf(cluster, async ({ replicated }, barrier) => ({
    rootKey: barrier.rootKey,
    keyring: (await replicated.getSealed('keyring')) as Buffer,
  }));

/** A batch token that says what another says, made with the keys that a cluster holds, outside of it. */
export const forgedBatchToken = (cluster: Cluster, like: string): Promise<string> =>
  inFilesOf(cluster, async (store, barrier) => {
    const keys = new BatchTokenKeys({
      store,
      barrier,
      writesHere: () => false,
      ask: async () => undefined,
      tellsOfTrust: () => false,
    });
    await new TestRuntime(Date.now()).root.begin(keys);
    await keys.load();
    const entry = keys.decrypt(Buffer.from(like.slice(BATCH_PREFIX.length), 'base64url'), 'batch-token');
    return BATCH_PREFIX + keys.encrypt(entry, 'batch-token').toString('base64url');
  });

/** A thief's look at a copy of a cluster's files: all values of records, replicated and local, that open with stolen keys, the keyring in the files included. */
export async function readableWith({ rootKey, keyring }: BarrierKeys, { server }: Cluster): Promise<string> {
  const barrier = new Barrier();
  const store = await storeIn(server.folder, barrier);
  try {
    barrier.unseal(rootKey, keyring);
    const current = (await store.replicated.getSealed('keyring')) as Buffer;
    if (barrier.opens(current)) barrier.reload(current);
    const found: string[] = [];
    for (const from of [store.replicated, recordsIn(store)]) {
      for (const key of await from.keys('')) found.push((await from.get(key).catch(() => undefined))?.toString() ?? '');
    }
    return found.join('\n');
  } finally {
    await store.close();
  }
}

const recordsIn = ({ local }: ClusterStore) => ({
  keys: (prefix: string) => local.keys(prefix),
  get: async (key: string) => (await local.row('record', key))?.value,
});

function storeIn(folder: string, barrier: Barrier): Promise<ClusterStore> {
  const copy = mkdtempSync(join(tmpdir(), 'tidelock-held-'));
  cpSync(join(folder, 'data'), copy, { recursive: true });
  return openStore({ kind: 'sqlite', path: join(copy, 'tidelock.db') }, barrier, { logger: silentLogger });
}

/** Looks into a copy of a cluster's files, opened with its own unseal keys. */
async function inFilesOf<T>(
  { server, keys, threshold }: Cluster,
  work: (store: ClusterStore, barrier: Barrier) => Promise<T>,
): Promise<T> {
  const barrier = new Barrier();
  const store = await storeIn(server.folder, barrier);
  try {
    const config = await readSharesConfig(store.replicated);
    const keyring = await store.replicated.getSealed('keyring');
    if (config === undefined || keyring === undefined) throw new Error('the cluster is not initialised');
    barrier.unseal(
      await shamirSeal.unwrap(
        Buffer.from(config.sealedRootKey, 'base64'),
        keys.slice(0, threshold).map((key) => Buffer.from(key, 'base64')),
      ),
      keyring,
    );
    return await work(store, barrier);
  } finally {
    await store.close();
  }
}
