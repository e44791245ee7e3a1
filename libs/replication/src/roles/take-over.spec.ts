import { Barrier, generateRootKey } from '@tidelock/barrier';
import { silentLogger } from '@tidelock/kernel';
import { type ClusterStore, openStore } from '@tidelock/store';
import type { Admission } from '../join/joiner';
import { type Credentials, NO_ROLE, readRole, writeCredentials } from '../membership/role-store';
import { rejoinWithSetsKeys } from './rejoin';
import { takeOver } from './take-over';
import type { ReplicationParts } from '../ports/parts';

describe("the set's root key", () => {
  const [rootKey, former] = [generateRootKey(), generateRootKey()];
  const barrier = new Barrier();
  let store: ClusterStore;

  beforeEach(async () => {
    barrier.unseal(former, Barrier.newKeyring(former, 1));
    store = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
  });
  afterEach(() => store.close());

  type SealRowFor = (rootKey: Buffer) => Promise<{ key: string; value: Buffer }>;
  const wrapped: SealRowFor = async (key) => ({
    key: 'seal',
    value: Buffer.from(key.equals(rootKey) ? 'wrapped' : 'another'),
  });
  const partsWith = (sealRowFor: SealRowFor): ReplicationParts => {
    const host = { sealRowFor };
    return { store, barrier, settings: { discardWipedStore: true }, host, logger: silentLogger } as never;
  };
  const admission = {
    bundle: { set_id: 'set', secondary_id: 's', primary_cluster_addrs: [] },
    secrets: {
      rootKey: rootKey.toString('base64'),
      keyring: Barrier.newKeyring(rootKey, 2).toString('base64'),
      sealConfig: Buffer.from('{"t":1}').toString('base64'),
      epoch: 1,
      epochs: [],
    },
  } as unknown as Admission;
  const sealRow = async (): Promise<string | undefined> => (await store.local.row('cluster', 'seal'))?.value.toString();

  it('is put behind the own seal of a cluster that joins, with the store that it begins', async () => {
    await takeOver(partsWith(wrapped), admission);
    expect(await sealRow()).toBe('wrapped');
    expect((await store.replicated.getSealed('seal-config'))?.toString()).toBe('{"t":1}');
    expect((await readRole(store.local)).mode).toBe('bootstrapping');
  });

  it('changes nothing of a cluster whose seal does not take it', async () => {
    const away = partsWith(() => Promise.reject(new Error('away')));
    await expect(takeOver(away, admission)).rejects.toThrow('away');
    expect((await readRole(store.local)).mode).toBe('disabled');
    expect(barrier.isRootKey(former)).toBe(true);
  });

  it('is put behind the own seal of a cluster that comes back with keys that the set has not', async () => {
    const unit = store.begin();
    writeCredentials(unit.local, { streamKeys: [] } as unknown as Credentials);
    await unit.commit();
    await rejoinWithSetsKeys(partsWith(wrapped) as never, NO_ROLE, admission);
    expect(await sealRow()).toBe('wrapped');
    expect(barrier.isRootKey(rootKey)).toBe(true);
  });
});
