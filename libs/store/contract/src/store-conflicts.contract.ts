import type { StoreLocation, UnitOfWork, WriteConflict } from '@tidelock/store';
import { storeHarness } from './store-harness';

/** Every store refuses a unit that others have overtaken, and says where. */
export function describeStoreConflicts(name: string, place: () => Promise<StoreLocation>): void {
  describe(`units that meet in the store on ${name}`, () => {
    const { open, write, read } = storeHarness(place);

    it('refuses a unit whose reads were overtaken, without spoiling its group', async () => {
      const store = await open();
      await write(store, 'entry/n', '0');
      const units = Array.from({ length: 10 }, () => store.begin());
      for (const unit of units) {
        const value = Number((await unit.replicated.get('entry/n'))?.toString());
        unit.replicated.put('entry/n', Buffer.from(String(value + 1)));
      }
      const innocent = store.begin();
      innocent.replicated.put('entry/other', Buffer.from('x'));
      const outcomes = await Promise.allSettled([...units, innocent].map((unit) => unit.commit()));
      const won = outcomes.filter(({ status }) => status === 'fulfilled');
      expect(won).toHaveLength(2);
      expect(outcomes.find((outcome) => outcome.status === 'rejected')).toMatchObject({
        reason: { code: 'WRITE_CONFLICT' },
      });
      expect(await read(store, 'entry/n')).toBe('1');
      expect(await read(store, 'entry/other')).toBe('x');
    });

    it('does a transaction again, in a new unit, until no other commit overtakes it, and answers what it answered last', async () => {
      const store = await open();
      await write(store, 'entry/n', '0');
      const increment = (): Promise<number> =>
        store.transact(async ({ replicated }) => {
          const next = Number((await replicated.get('entry/n'))?.toString()) + 1;
          replicated.put('entry/n', Buffer.from(String(next)));
          return next;
        });
      const answers = await Promise.all(Array.from({ length: 10 }, increment));
      expect([...answers].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(await read(store, 'entry/n')).toBe('10');
    });

    it('does it as often as it was told, and once where it fails otherwise', async () => {
      const store = await open();
      let runs = 0;
      const overtaken = async ({ replicated }: UnitOfWork): Promise<void> => {
        runs += 1;
        replicated.put('entry/n', Buffer.from(`${await replicated.get('entry/n')}.`));
        await write(store, 'entry/n', String(runs));
      };
      await expect(store.transact(overtaken, { attempts: 3 })).rejects.toMatchObject({ code: 'WRITE_CONFLICT' });
      expect(runs).toBe(3);
      const failing = jest.fn(() => Promise.reject(new Error('no')));
      await expect(store.transact(failing)).rejects.toThrow('no');
      expect(failing).toHaveBeenCalledTimes(1);
    });

    it('leaves the commit to a transaction that wants to do it together with a place in the stream', async () => {
      const store = await open();
      const place = { epoch: 1, index: 7, digest: Buffer.alloc(32), brokerOffset: '' };
      let runs = 0;
      const move = async (unit: UnitOfWork): Promise<void> => {
        runs += 1;
        unit.local.put('record', {
          key: 'n',
          value: Buffer.from(`${(await unit.local.row('record', 'n'))?.value ?? ''}.`),
        });
        if (runs === 1)
          await store.transact(async ({ local }) => local.put('record', { key: 'n', value: Buffer.from('x') }));
        await store.moveTo(place, { unit });
      };
      await store.transact(move, { commit: false });
      expect([runs, (await store.local.row('record', 'n'))?.value.toString()]).toEqual([2, 'x.']);
      expect(await store.streamPosition()).toMatchObject({ index: 7 });
    });

    it('notices what appears under a prefix, and in the answer to a query, that a unit has read', async () => {
      const store = await open();
      const byPrefix = store.begin();
      await byPrefix.replicated.children('mount/');
      byPrefix.replicated.put('mount/mine', Buffer.from('x'));
      const byQuery = store.begin();
      await byQuery.local.rows('token', { column: 'accessor', equals: 'acc' });
      byQuery.local.put('record', { key: 'seen', value: Buffer.from('none') });
      const other = store.begin();
      other.replicated.put('mount/theirs', Buffer.from('y'));
      other.local.put('token', {
        id: 'i',
        accessor: 'acc',
        parent: null,
        path: 'p',
        expires_at: null,
        value: Buffer.from('t'),
      });
      await other.commit();
      await expect(byPrefix.commit()).rejects.toMatchObject({ code: 'WRITE_CONFLICT' });
      await expect(byQuery.commit()).rejects.toMatchObject({ code: 'WRITE_CONFLICT' });
    });

    it.each(['replicated', 'local'] as const)(
      'notices of a page of %s keys what changes within it alone',
      async (family) => {
        const store = await open();
        const put = (unit: UnitOfWork, key: string): void => {
          if (family === 'replicated') unit.replicated.put(key, Buffer.from('x'));
          else unit.local.put('record', { key, value: Buffer.from('x') });
        };
        const remove = (unit: UnitOfWork, key: string): void =>
          family === 'replicated' ? unit.replicated.delete(key) : unit.local.delete('record', key);
        const change = async (work: (unit: UnitOfWork) => void): Promise<void> => {
          const unit = store.begin();
          work(unit);
          await unit.commit();
        };
        await change((unit) => ['p/1', 'p/2', 'p/3', 'p/4', 'p/5', 'p/6'].forEach((key) => put(unit, key)));
        /** Whether a change overtakes a unit that has read these pages. */
        const overtakes = async (
          pages: readonly { after?: string; limit: number }[],
          work: (unit: UnitOfWork) => void,
        ) => {
          const reader = store.begin();
          for (const page of pages) await reader[family].keys('p/', page);
          reader.local.put('record', { key: 'seen', value: Buffer.from('x') });
          await change(work);
          return reader.commit().then(
            () => false,
            (error: { code?: string }) => error.code === 'WRITE_CONFLICT',
          );
        };
        const middle = [{ after: 'p/2', limit: 2 }];
        for (const key of ['p/1', 'p/2', 'p/4a', 'p/7'])
          expect([key, await overtakes(middle, (unit) => put(unit, key))]).toEqual([key, false]);
        for (const key of ['p/3', 'p/4', 'p/2a'])
          expect([key, await overtakes(middle, (unit) => put(unit, key))]).toEqual([key, true]);
        expect(await overtakes(middle, (unit) => remove(unit, 'p/3'))).toBe(true);
        // Pages that follow each other, in any order; and the last one, which says that nothing comes behind it.
        const two = [{ after: 'p/2', limit: 2 }, { limit: 2 }];
        expect(await overtakes(two, (unit) => put(unit, 'p/0'))).toBe(true);
        expect(await overtakes(two, (unit) => put(unit, 'p/2b'))).toBe(true);
        expect(await overtakes(two, (unit) => put(unit, 'p/9'))).toBe(false);
        expect(await overtakes([{ after: 'p/5', limit: 100 }], (unit) => put(unit, 'p/99'))).toBe(true);
      },
    );

    it('tells of a conflict a name by which any unit knows what it changes itself', async () => {
      const store = await open();
      const began = () => store.begin();
      const reads: readonly ((unit: UnitOfWork) => Promise<unknown>)[] = [
        (unit) => unit.replicated.get('mount/a'),
        (unit) => unit.replicated.children('mount/'),
        (unit) => unit.local.row('token', 'mount/a'),
        (unit) => unit.local.row('record', 'mount/a'),
        (unit) => unit.local.rows('token', { column: 'accessor', equals: 'acc' }),
      ];
      const token = {
        id: 'mount/a',
        accessor: 'acc',
        parent: null,
        path: 'p',
        expires_at: null,
        value: Buffer.from('t'),
      };
      const writes: readonly ((unit: UnitOfWork) => void)[] = [
        (unit) => unit.replicated.put('mount/a', Buffer.from('x')),
        (unit) => unit.local.put('token', token),
        (unit) => unit.local.put('record', { key: 'mount/a', value: Buffer.from('x') }),
      ];
      const known: (number[] | undefined)[] = [];
      for (const [at, readIt] of reads.entries()) {
        const late = began();
        await readIt(late);
        late.local.put('record', { key: 'late', value: Buffer.from('x') });
        const early = began();
        (writes[[0, 0, 1, 2, 1][at] as number] as (unit: UnitOfWork) => void)(early);
        await early.commit();
        const changed = await late.commit().then(
          () => '',
          (error: WriteConflict) => error.changed ?? '',
        );
        known.push(
          writes.flatMap((writeIt, write) => {
            const unit = began();
            writeIt(unit);
            return unit.changes(changed) ? [write] : [];
          }),
        );
      }
      expect(known).toEqual([[0], [0], [1], [2], [1]]);
      const deleting = began();
      deleting.replicated.delete('mount/a');
      expect([
        deleting.changes('mount/a'),
        deleting.changes('mount/'),
        deleting.changes('mount/b'),
        began().changes('mount/a'),
      ]).toEqual([true, true, false, false]);
    });

    it('never lets a check-and-set be won twice under concurrency', async () => {
      const store = await open();
      await write(store, 'entry/n', '0');
      let wins = 0;
      const increment = async (): Promise<void> => {
        for (;;) {
          const unit = store.begin();
          const value = Number((await unit.replicated.get('entry/n'))?.toString());
          unit.replicated.put('entry/n', Buffer.from(String(value + 1)));
          try {
            await unit.commit();
            wins += 1;
            return;
          } catch (error) {
            if ((error as { code?: string }).code !== 'WRITE_CONFLICT') throw error;
          }
        }
      };
      await Promise.all(Array.from({ length: 30 }, increment));
      expect(wins).toBe(30);
      expect(await read(store, 'entry/n')).toBe('30');
    });
  });
}
