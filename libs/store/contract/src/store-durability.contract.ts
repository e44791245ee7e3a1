import type { StoreLocation, StreamPosition, UnitOfWork } from '@tidelock/store';
import { storeHarness } from './store-harness';

/**
 * What waits for the disk. The primary brings again what a power cut takes of the stream and of a copy; everything else was acknowledged for good.
 *
 * @param commits begins to note how the database's transactions end: whether each waits for the disk.
 */
export function describeDurability(
  name: string,
  place: () => Promise<StoreLocation>,
  commits: () => { readonly waited: readonly boolean[]; stop(): void },
): void {
  describe(`a commit of the store on ${name}`, () => {
    const { open } = storeHarness(place);
    const record = [{ key: 'entry/a', value: Buffer.from('x') }];
    const at = (index: number): StreamPosition => ({ epoch: 1, index, digest: Buffer.alloc(32), brokerOffset: '' });
    let noted: ReturnType<typeof commits>;
    afterEach(() => noted.stop());

    const note = (unit: UnitOfWork) => unit.local.put('record', { key: 'n', value: Buffer.from('x') });

    it('waits for the disk, unless all of it comes again from the primary', async () => {
      const store = await open();
      noted = commits();
      await store.applyStream([record], at(1));
      await store.transact(async (unit) => note(unit));
      await store.applySync(record, note);
      await store.moveTo(at(2));
      expect(noted.waited).toEqual([false, true, false, true]);
    });

    it('waits where a note is made before the records that it tells of', async () => {
      const store = await open();
      noted = commits();
      await store.applySync([], note);
      expect(noted.waited).toEqual([true]);
    });

    it('waits where something of this cluster alone commits with the stream', async () => {
      const store = await open();
      noted = commits();
      const unit = store.begin();
      unit.local.put('record', { key: 'n', value: Buffer.from('x') });
      await Promise.all([store.applyStream([record], at(1)), unit.commit()]);
      const began = store.begin();
      began.local.put('record', { key: 'm', value: Buffer.from('x') });
      await store.applyStream([record], at(2), began);
      await store.applyStream([record], at(3));
      expect(noted.waited).toEqual([true, true, false]);
    });

    it('waits for what opens this cluster, and for a place that somebody has decided on', async () => {
      const store = await open();
      noted = commits();
      await store.applyStream([[{ key: 'keyring', value: Buffer.from('k') }]], at(1));
      await store.applyStream([], at(2));
      await store.applySync([{ key: 'keyring', value: Buffer.from('l') }], note);
      expect(noted.waited).toEqual([true, true, true]);
    });

    it('takes no mutation from elsewhere than where it was judged: a crash of the database may have taken some', async () => {
      const store = await open();
      noted = commits();
      await store.applyStream([record], at(1));
      await store.applyStream([record], at(2), undefined, at(1));
      const late = store.applyStream([[{ key: 'entry/b', value: Buffer.from('x') }]], at(4), undefined, at(3));
      await expect(late).rejects.toMatchObject({ code: 'WRITE_CONFLICT' });
      expect((await store.streamPosition())?.index).toBe(2);
      expect(await store.replicated.getSealed('entry/b')).toBeUndefined();
    });

    it('is on the disk before anybody is told that it is', async () => {
      const store = await open();
      noted = commits();
      await store.applyStream([record], at(7));
      expect(await store.settle()).toBe(7);
      expect(await store.settle()).toBe(7);
      expect(noted.waited).toEqual([false, true]);
    });
  });
}
