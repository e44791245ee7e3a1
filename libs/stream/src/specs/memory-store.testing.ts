import { Barrier, generateRootKey } from '@tidelock/barrier';
import { silentLogger } from '@tidelock/kernel';
import { type ClusterStore, openStore } from '@tidelock/store';

const rootKey = generateRootKey();
const keyring = Barrier.newKeyring(rootKey, 0);

/** A real store in memory. All of them have the same keyring, as the clusters of one set do. */
export async function newStore(): Promise<ClusterStore> {
  const barrier = new Barrier();
  barrier.unseal(rootKey, keyring);
  return openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
}
