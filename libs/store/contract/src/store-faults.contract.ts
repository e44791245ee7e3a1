import { silentLogger, TidelockError } from '@tidelock/kernel';
import { decodeMutation, openStore, type StoreLocation } from '@tidelock/store';
import { storeHarness } from './store-harness';

/** What a store does where something is wrong. */
export function describeStoreFaults(name: string, place: () => Promise<StoreLocation>): void {
  describe(`the store on ${name}, in trouble`, () => {
    const { barrier, open, write } = storeHarness(place);

    it('writes nothing of a unit that is refused when it is its turn to commit', async () => {
      const store = await open();
      const unit = store.begin();
      unit.replicated.put('entry/late', Buffer.from('x'));
      unit.lastCheck = () => {
        throw new TidelockError('FORWARDED_TOO_LATE');
      };
      await expect(Promise.all([write(store, 'entry/a', '1'), unit.commit()])).rejects.toMatchObject({
        code: 'FORWARDED_TOO_LATE',
      });
      await write(store, 'entry/b', '2');
      expect(await store.replicated.keys('')).toEqual(['entry/a', 'entry/b']);
      expect(store.position().replicatedIndex).toBe(2);
    });

    it('lets no unit that was begun before the wipe commit into the new store', async () => {
      const store = await open();
      const unit = store.begin();
      unit.replicated.put('entry/old', Buffer.from('x'));
      await unit.replicated.get('entry/other');
      await store.startOver(true);
      await expect(unit.commit()).rejects.toMatchObject({ code: 'WRITE_CONFLICT' });
      expect(store.position().replicatedIndex).toBe(0);
    });

    it('never replaces a journal row that nobody has received', async () => {
      const store = await open();
      store.journal.enable();
      await write(store, 'entry/a', '1');
      await write(store, 'entry/a', '2');
      await store.moveTo({ epoch: 1, index: 1, digest: Buffer.alloc(32), brokerOffset: '' });
      await expect(write(store, 'entry/a', '3')).rejects.toMatchObject({ code: 'INTERNAL' });
      const rows = await store.journal.read(0, 10, 1e6);
      expect(rows.map(({ body }) => decodeMutation(body).records)).toHaveLength(2);
    });

    it('tells every subscriber of a commit, although another fails', async () => {
      const store = await open();
      const heard: string[][] = [];
      const deaf = (): never => {
        throw new Error('deaf');
      };
      store.onCommit({ committed: deaf, reloaded: deaf });
      store.onCommit({
        committed: ({ replicatedKeys }) => void heard.push([...replicatedKeys]),
        reloaded: () => undefined,
      });
      await write(store, 'entry/a', '1');
      expect(heard).toEqual([['entry/a']]);
    });

    it('notices that a local record under a listed prefix is gone', async () => {
      const store = await open();
      const first = store.begin();
      first.local.put('record', { key: 'c/1', value: Buffer.from('x') });
      await first.commit();
      const reader = store.begin();
      expect(await reader.local.keys('c/')).toEqual(['c/1']);
      reader.local.put('record', { key: 'count', value: Buffer.from('1') });
      const remover = store.begin();
      remover.local.delete('record', 'c/1');
      await remover.commit();
      await expect(reader.commit()).rejects.toMatchObject({ code: 'WRITE_CONFLICT' });
    });

    it.each(['entry/\ud800', 'entry/\0'])('refuses a key that no database holds as it is: %j', async (key) => {
      const unit = (await open()).begin();
      expect(() => unit.replicated.put(key, Buffer.from('x'))).toThrow('cannot be stored');
    });

    it("sorts a unit's own keys among the stored ones as the database does", async () => {
      const store = await open();
      await write(store, 'entry/\u{1f600}', 'x');
      const unit = store.begin();
      unit.replicated.put('entry/\uff5e', Buffer.from('y'));
      expect(await unit.replicated.keys('entry/')).toEqual(['entry/\uff5e', 'entry/\u{1f600}']);
    });

    it('begins a page behind a key that sorts behind its prefix, as the database sorts', async () => {
      const store = await open();
      await write(store, 'entry/\uff5e/x', 'x');
      expect(await store.replicated.keys('entry/\uff5e/', { after: 'entry/\u{1f600}' })).toEqual([]);
    });

    it('lets a second node not open the same place', async () => {
      const location = await place();
      if (location.kind === 'inmem') return;
      await open(location);
      await expect(openStore(location, barrier, { logger: silentLogger })).rejects.toThrow('another node has the');
    });
  });
}
