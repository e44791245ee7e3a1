import { Barrier, generateRootKey } from '@tidelock/barrier';
import { silentLogger } from '@tidelock/kernel';
import { type ClusterStore, openStore, type StoreLocation, type StoreObserver } from '@tidelock/store';

/** Stores for one suite, closed after each test. */
export function storeHarness(place: () => Promise<StoreLocation>) {
  const barrier = new Barrier();
  const opened: ClusterStore[] = [];
  beforeAll(() => {
    const rootKey = generateRootKey();
    barrier.unseal(rootKey, Barrier.newKeyring(rootKey, Date.now()));
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });
  return {
    barrier,
    opened,
    async open(location?: StoreLocation, observer?: StoreObserver): Promise<ClusterStore> {
      const store = await openStore(location ?? (await place()), barrier, {
        logger: silentLogger,
        ...(observer && { observer }),
        maxMutationBytes: 100_000,
      });
      opened.push(store);
      return store;
    },
    async write(store: ClusterStore, key: string, value: string | null) {
      const unit = store.begin();
      if (value === null) unit.replicated.delete(key);
      else unit.replicated.put(key, Buffer.from(value));
      return unit.commit();
    },
    read: async (store: ClusterStore, key: string) => (await store.replicated.get(key))?.toString(),
  };
}
