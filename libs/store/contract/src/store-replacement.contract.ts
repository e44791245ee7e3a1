import { randomBytes } from 'node:crypto';
import { type ClusterStore, openStore, type StoreLocation } from '@tidelock/store';
import { silentLogger } from '@tidelock/kernel';
import { storeHarness } from './store-harness';

const RECORDS = [
  { key: 'keyring', value: randomBytes(40) },
  { key: 'seal-config', value: randomBytes(2000) },
];

/** How a store gives way to another: wholly, or not at all. */
export function describeStoreReplacement(name: string, place: () => Promise<StoreLocation>): void {
  describe(`the store on ${name}, replaced`, () => {
    const { barrier, opened, open, write, read } = storeHarness(place);

    const replace = (store: ClusterStore): Promise<string | undefined> =>
      store.startOver(false, RECORDS, ({ local }) => {
        local.put('cluster', { key: 'role', value: Buffer.from('joining') });
        local.put('record', { key: 'credentials', value: Buffer.from('secret') });
      });

    async function expectReplaced(store: ClusterStore): Promise<void> {
      for (const { key, value } of RECORDS) expect(await store.replicated.getSealed(key)).toEqual(value);
      expect((await store.local.row('cluster', 'role'))?.value.toString()).toBe('joining');
      expect((await store.local.row('record', 'credentials'))?.value.toString()).toBe('secret');
      expect(await read(store, 'entry/old')).toBeUndefined();
      expect(await store.streamPosition()).toBeUndefined();
    }

    it('goes on with what the new one begins with', async () => {
      const store = await open();
      await write(store, 'entry/old', '1');
      await replace(store);
      await expectReplaced(store);
      const like = await open();
      await like.applySync(RECORDS);
      expect(store.merkle.root()).toBe(like.merkle.root());
      await write(store, 'entry/new', '2');
      expect(await read(store, 'entry/new')).toBe('2');
    });

    it('comes back as the new one', async () => {
      const location = await place();
      if (location.kind === 'inmem') return;
      const store = await open(location);
      await write(store, 'entry/old', '1');
      await replace(store);
      await store.close();
      opened.splice(opened.indexOf(store), 1);
      await expectReplaced(await open(location));
    });

    it('can be replaced again and again', async () => {
      const store = await open();
      for (let turn = 0; turn < 3; turn++) {
        await write(store, 'entry/old', String(turn));
        await replace(store);
        await expectReplaced(store);
      }
    });

    it('answers reads all the while, from the one or the other', async () => {
      const store = await open();
      await store.applySync([{ key: 'seal-config', value: Buffer.from('old') }]);
      let replacing = true;
      const done = replace(store).finally(() => (replacing = false));
      while (replacing) {
        const found = (await store.replicated.getSealed('seal-config')) as Buffer;
        expect([Buffer.from('old'), RECORDS[1]?.value].some((value) => value?.equals(found))).toBe(true);
        await new Promise(setImmediate);
      }
      await done;
      await expectReplaced(store);
    });

    it('stays as it is when the new one cannot be made', async () => {
      const location = await place();
      const store = await open(location);
      await write(store, 'entry/old', '1');
      const root = store.merkle.root();
      const twice = { key: 'a', value: null as unknown as Buffer };
      await expect(store.startOver(false, [], ({ local }) => local.put('cluster', twice))).rejects.toHaveProperty(
        'code',
      );
      expect(await read(store, 'entry/old')).toBe('1');
      expect(store.merkle.root()).toBe(root);
      if (location.kind === 'inmem') return;
      await store.close();
      opened.splice(opened.indexOf(store), 1);
      const again = await openStore(location, barrier, { logger: silentLogger });
      opened.push(again);
      expect(await read(again, 'entry/old')).toBe('1');
    });
  });
}
