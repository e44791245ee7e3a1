import { Barrier } from '@tidelock/barrier';
import { silentLogger } from '@tidelock/kernel';
import type { UnitOfWork } from '@tidelock/store';
import { FakeStore } from './fake-store.testing';
import { KeyRotation } from './key-rotation';
import { Rekey } from './rekey';
import { RootGeneration } from './root-generation';
import { RootTokenIssuer } from './root-token-issuer';
import { SealManager } from './seal-manager';

export const NOW = 1_700_000_000_000;

export class FakeTokens extends RootTokenIssuer {
  readonly made: string[] = [];

  async createRootToken(unit: UnitOfWork, clientToken = `hvs.${String(this.made.length).padStart(24, 'x')}`): Promise<string> {
    unit.replicated.put(`test/token/${this.made.length}`, Buffer.from(clientToken));
    this.made.push(clientToken);
    return clientToken;
  }
}

/** The whole room over a store in memory. */
export function sealRoom(records?: ReadonlyMap<string, Buffer>) {
  const barrier = new Barrier();
  const store = new FakeStore(barrier);
  for (const [key, value] of records ?? []) store.records.set(key, value);
  const tokens = new FakeTokens();
  const seal = new SealManager(store.asStore(), barrier, tokens, { now: () => NOW }, silentLogger);
  const rotation = new KeyRotation(store.asStore(), barrier, silentLogger);
  const rootGeneration = new RootGeneration(store.asStore(), barrier, tokens, seal);
  const rekey = new Rekey(store.asStore(), barrier, seal);
  rotation.follow();
  return { barrier, store, tokens, seal, rotation, rootGeneration, rekey };
}

export async function unsealedRoom(shares = 3, threshold = 2) {
  const room = sealRoom();
  const { keys, rootToken } = await room.seal.init(shares, threshold);
  for (const key of keys.slice(0, threshold)) await room.seal.unseal(key);
  return { ...room, keys, rootToken };
}
