import { randomBytes } from 'node:crypto';
import { Barrier } from '@tidelock/barrier';
import type { AuthGrant, Connection } from '@tidelock/engine-api';
import { mountView } from '@tidelock/engine-testing';
import { silentLogger } from '@tidelock/kernel';
import { type ClusterStore, openStore, type UnitOfWork } from '@tidelock/store';
import { TokenStore } from './token-store';

export const NOW = 1_700_000_000_000;
export const from = (remoteAddress: string): Connection => ({ remoteAddress, remotePort: 4000 });
export const HERE = from('127.0.0.1');
export const mount = mountView('userpass', {
  path: 'auth/userpass/',
  defaultLeaseTtlSeconds: 3600,
  maxLeaseTtlSeconds: 7200,
});
export const origin = { path: 'auth/userpass/login/tester', mount, now: NOW };
export const login: AuthGrant = {
  displayName: 'userpass-tester',
  policies: ['Dev', 'dev '],
  metadata: { username: 'tester' },
  ttlSeconds: 0,
  renewable: true,
};

const rootKey = randomBytes(32);
const keyring = Barrier.newKeyring(rootKey, NOW);
const opened: ClusterStore[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

export type TokenCluster = Awaited<ReturnType<typeof cluster>>;

/** A cluster of one replication set: its own store, the common keyring. */
export async function cluster() {
  const barrier = new Barrier();
  barrier.unseal(rootKey, keyring);
  const store = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
  opened.push(store);
  const tokens = new TokenStore(store, barrier, (id) => [`entry/cubbyhole/${id}/`]);

  async function committed<T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
    const unit = store.begin();
    const result = await work(unit);
    await unit.commit();
    return result;
  }

  const create = (grant: Partial<AuthGrant> = {}, more: object = {}) =>
    committed((unit) => tokens.create(unit, { ...login, ...grant }, { ...origin, ...more }));

  const tokenId = async (clientToken: string): Promise<string> =>
    (await tokens.authenticate(clientToken, HERE, NOW))?.tokenId ?? 'unknown';

  return { barrier, store, tokens, committed, create, tokenId };
}
