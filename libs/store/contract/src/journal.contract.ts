import { TidelockError } from '@tidelock/kernel';
import { type ClusterStore, decodeMutation, type StoreLocation } from '@tidelock/store';
import { storeHarness } from './store-harness';

/** What every store's journal must do. */
export function describeJournal(name: string, place: () => Promise<StoreLocation>): void {
  describe(`the journal of the store on ${name}`, () => {
    const { open, write, opened } = storeHarness(place);

    it('journals each mutation under its index, with what changed and why', async () => {
      const store = await open();
      await write(store, 'entry/before', 'x');
      store.journal.enable();
      store.useEpoch(7);
      const unit = store.begin();
      unit.cause = { requestId: 'id', path: 'secret/a' };
      unit.replicated.put('entry/a', Buffer.from('v'));
      unit.replicated.delete('entry/before');
      await unit.commit();
      const [row, ...rest] = await store.journal.read(0, 10, 1e6);
      expect(rest).toEqual([]);
      expect(row).toMatchObject({ index: 2, epoch: 7, kind: 'mutation' });
      const { records, cause } = decodeMutation(row?.body as Buffer);
      expect(records.map(({ key }) => key)).toEqual(['entry/a', 'entry/before']);
      expect(records[0]?.value).toEqual(await store.replicated.getSealed('entry/a'));
      expect(records[1]?.value).toBeNull();
      expect(cause).toEqual({ requestId: 'id', path: 'secret/a' });
      expect(store.journal.bytesAfter(0)).toBe(row?.body.length);
      await store.journal.trim(2);
      expect(await store.journal.read(0, 10, 1e6)).toEqual([]);
    });

    it('knows how many bytes wait behind a row, and from where on they fit into a budget', async () => {
      const store = await open();
      store.journal.enable();
      for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) await write(store, `entry/${key}`, 'x'.repeat(90_000));
      const row = (await store.journal.read(0, 1, 1))[0]?.body.length as number;
      const told = ({ journal }: ClusterStore) => [
        journal.bytesAfter(0),
        journal.bytesAfter(3),
        journal.bytesAfter(6),
        journal.lastBefore(6 * row),
        journal.lastBefore(3 * row),
        journal.lastBefore(0),
      ];
      expect(told(store)).toEqual([6 * row, 3 * row, 0, 0, 3, 6]);
      await store.journal.trim(2);
      expect(told(store)).toEqual([4 * row, 3 * row, 0, 0, 3, 6]);
      await store.moveTo({ epoch: 1, index: 5, digest: Buffer.alloc(32), brokerOffset: '' }, { dropsJournal: true });
      expect(store.journal.bytesAfter(0)).toBe(3 * row);
      expect((await store.journal.read(2, 10, 1e6)).map(({ index }) => index)).toEqual([3, 4, 5]);
      await expect(write(store, 'entry/too-long', 'x'.repeat(200_000))).rejects.toMatchObject({
        code: 'REQUEST_TOO_LARGE',
      });
      expect(store.journal.bytesAfter(0)).toBe(3 * row);
      await store.startOver(true);
      expect(store.journal.bytesAfter(0)).toBe(0);
      expect(await store.journal.read(2, 10, 1e6)).toEqual([]);
    });

    it('knows the same after a restart', async () => {
      const location = await place();
      if (location.kind === 'inmem') return;
      const store = await open(location);
      store.journal.enable();
      for (const key of ['a', 'b', 'c']) await write(store, `entry/${key}`, 'x'.repeat(90_000));
      const bytes = store.journal.bytesAfter(0);
      const rows = await store.journal.read(0, 10, 1e6);
      opened.splice(opened.indexOf(store), 1);
      await store.close();
      const again = await open(location);
      expect([0, 1, 2, 3].map((index) => again.journal.bytesAfter(index))).toEqual([
        bytes,
        (2 * bytes) / 3,
        bytes / 3,
        0,
      ]);
      expect(await again.journal.read(0, 10, 1e6)).toEqual(rows);
      expect((await again.journal.read(1, 10, 100_000)).map(({ index }) => index)).toEqual([2]);
      again.journal.enable();
      await write(again, 'entry/d', 'x');
      expect((await again.journal.read(2, 10, 1e6)).map(({ index }) => index)).toEqual([3, 4]);
      expect((await again.journal.read(3, 10, 1e6)).map(({ index }) => index)).toEqual([4]);
    });

    it('gives the rows that were just committed without a question to the database', async () => {
      const read = jest.fn((_: unknown, run: () => Promise<never>) => run());
      const store = await open(undefined, { read });
      store.journal.enable();
      for (const key of ['a', 'b', 'c']) await write(store, `entry/${key}`, 'x');
      expect((await store.journal.read(1, 10, 1e6)).map(({ index }) => index)).toEqual([2, 3]);
      expect(read).not.toHaveBeenCalled();
      await store.journal.trim(2);
      expect(await store.journal.read(0, 10, 1e6)).toHaveLength(1);
      expect(read).toHaveBeenCalledTimes(1);
    });

    it('tells a checkpoint the root of exactly its own place', async () => {
      const store = await open();
      store.journal.enable();
      const seen: { index: number; merkleRoot: string }[] = [];
      const roots: string[] = [];
      await write(store, 'entry/a', '1');
      roots.push(store.merkle.root());
      const pending = store.journal.append('checkpoint', (at) => {
        seen.push(at);
        return Buffer.from('c');
      });
      await Promise.all([pending, write(store, 'entry/a', '2')]);
      expect(seen).toEqual([{ index: 2, epoch: 0, merkleRoot: roots[0], viewRoots: {} }]);
      expect(store.position().replicatedIndex).toBe(3);
    });

    it('commits a journal row together with local rows that know its index', async () => {
      const store = await open();
      store.journal.enable();
      await write(store, 'entry/a', 'x');
      const { replicatedIndex } = await store.journal.append(
        'key-rotated',
        () => Buffer.from('body'),
        (local, index) => {
          local.put('record', { key: 'at', value: Buffer.from(String(index)) });
        },
      );
      expect((await store.local.row('record', 'at'))?.value.toString()).toBe(String(replicatedIndex));
      await expect(
        store.journal.append(
          'key-rotated',
          () => {
            throw new Error('no body');
          },
          (local) => local.put('record', { key: 'never', value: Buffer.from('x') }),
        ),
      ).rejects.toMatchObject({ code: 'INTERNAL' });
      expect(await store.local.row('record', 'never')).toBeUndefined();
      expect((await store.journal.read(0, 10, 1000)).map(({ kind }) => kind)).toEqual(['mutation', 'key-rotated']);
    });

    it('commits a journal row with a unit that was begun before, unless what that has read was changed meanwhile', async () => {
      const store = await open();
      store.journal.enable();
      const begin = async () => {
        const unit = store.begin();
        const read = (await unit.local.row('record', 'n'))?.value.toString() ?? '';
        unit.local.put('lease', { id: 'l', token: 't', expires_at: 5, mount: 'm', value: Buffer.from('v') });
        return {
          unit,
          append: () =>
            store.journal.append(
              'key-rotated',
              () => Buffer.from('k'),
              (local, index) => local.put('record', { key: 'n', value: Buffer.from(`${read}${index}`) }),
              unit,
            ),
        };
      };
      const [one, two] = [await begin(), await begin()];
      const outcomes = await Promise.allSettled([one.append(), two.append(), write(store, 'entry/a', 'x')]);
      expect(outcomes).toMatchObject([
        { value: { replicatedIndex: 1 } },
        { reason: { code: 'WRITE_CONFLICT' } },
        { status: 'fulfilled' },
      ]);
      expect((await store.local.row('record', 'n'))?.value.toString()).toBe('1');
      expect(await store.local.row('lease', 'l')).toBeDefined();
      expect((await store.journal.read(0, 10, 1000)).map(({ index, kind }) => [index, kind])).toEqual([
        [1, 'key-rotated'],
        [2, 'mutation'],
      ]);
      await (await begin()).append();
      expect((await store.local.row('record', 'n'))?.value.toString()).toBe('13');
    });

    it('commits the records of that unit as a mutation right before the row, or neither', async () => {
      const store = await open();
      store.journal.enable();
      const begin = (key: string) => {
        const unit = store.begin();
        unit.replicated.put(key, Buffer.from('x'));
        unit.cause = { requestId: 'r', path: 'p' };
        return unit;
      };
      await expect(
        store.journal.append(
          'key-rotated',
          () => {
            throw new Error('no body');
          },
          undefined,
          begin('entry/never'),
        ),
      ).rejects.toMatchObject({ code: 'INTERNAL' });
      const { replicatedIndex } = await store.journal.append(
        'key-rotated',
        ({ index }) => Buffer.from(String(index)),
        undefined,
        begin('entry/a'),
      );
      expect(replicatedIndex).toBe(2);
      const rows = await store.journal.read(0, 10, 1000);
      expect(rows.map(({ index, kind }) => [index, kind])).toEqual([
        [1, 'mutation'],
        [2, 'key-rotated'],
      ]);
      expect(decodeMutation(rows[0]?.body as Buffer)).toMatchObject({
        records: [{ key: 'entry/a' }],
        cause: { requestId: 'r', path: 'p' },
      });
      expect(rows[1]?.body.toString()).toBe('2');
      expect(await store.replicated.get('entry/never')).toBeUndefined();
      expect((await store.replicated.get('entry/a'))?.toString()).toBe('x');
    });

    it('does not commit records with a row where they may not be written', async () => {
      const store = await open();
      const unit = store.begin();
      unit.replicated.put('entry/a', Buffer.from('x'));
      store.guardReplicatedWrites(() => {
        throw new TidelockError('READ_ONLY_REPLICA');
      });
      await expect(store.journal.append('key-rotated', () => Buffer.from('k'), undefined, unit)).rejects.toMatchObject({
        code: 'READ_ONLY_REPLICA',
      });
      expect(await store.replicated.get('entry/a')).toBeUndefined();
    });
  });
}
