import { silentLogger } from '@tidelock/kernel';
import type { ClusterStore, Store } from '@tidelock/store';
import type { KnownSecondary } from './known-secondary';
import { SecondaryRegistry } from './secondary-registry';

export const KEY = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' };

export const secondary = (id: string, more: Partial<KnownSecondary> = {}): KnownSecondary => ({
  id,
  state: 'pending',
  fingerprint: `print of ${id}`,
  createdAt: 5,
  ...more,
});

/** The list as a start of the primary reads it. */
export async function loadedRegistry(store: ClusterStore): Promise<SecondaryRegistry> {
  const registry = new SecondaryRegistry(store, silentLogger);
  await registry.load();
  return registry;
}

export async function addTo(registry: SecondaryRegistry, store: Store, more: KnownSecondary): Promise<void> {
  await store.transact(({ local }) => registry.add(local, more));
  await registry.caughtUp();
}

export const revokeFrom = (registry: SecondaryRegistry, store: Store, id: string): Promise<void> =>
  registry.refuseDuring(id, () => store.transact(({ local }) => registry.revoke(local, id)));
