import { type LocalTable, type LocalTables, NEVER_DUE, type Store, type StoreLocation } from '@tidelock/store';
import { storeHarness } from './store-harness';

const value = Buffer.from('secret');
const ROWS = {
  token: { id: 'a', accessor: 'acc', parent: 'p', path: 'auth/x', expires_at: 5, value },
  lease: { id: 'a', token: 't', expires_at: 5, mount: 'm', value },
  secondary: { id: 'a', status: 'pending', value },
  stream: { name: 'a', epoch: 1, idx: 2, digest: Buffer.alloc(32, 1), broker_offset: '7', value },
} satisfies Partial<LocalTables>;

/** By hand, in place of the column as it was. */
const CHANGES: [keyof typeof ROWS, string][] = [
  ['token', "accessor = 'other'"],
  ['token', 'parent = NULL'],
  ['token', "parent = 'other'"],
  ['token', "path = 'auth/token/root'"],
  ['token', 'expires_at = NULL'],
  ['token', 'expires_at = 9007199254740991'],
  ['lease', "token = ''"],
  ['lease', 'expires_at = 6'],
  ['lease', "mount = ''"],
  ['secondary', "status = 'active'"],
  ['stream', 'epoch = 2'],
  ['stream', 'idx = 3'],
  ['stream', "broker_offset = '8'"],
  ['stream', 'digest = value'],
  ['token', "id = 'b'"],
  ['lease', "id = 'b'"],
];

async function edit(store: Store, sql: string): Promise<void> {
  const { database } = store as unknown as {
    database: { write(statement: { sql: string; parameters: unknown[] }): Promise<unknown> };
  };
  await database.write({ sql: `${sql} RETURNING 1`, parameters: [] });
}

/** Local rows vouch for all of their columns, and can be seen without being opened. */
export function describeStoreRows(name: string, place: () => Promise<StoreLocation>): void {
  describe(`rows of the store on ${name}`, () => {
    const { open } = storeHarness(place);
    const filled = async (): Promise<Store> => {
      const store = await open();
      const unit = store.begin();
      for (const [table, row] of Object.entries(ROWS)) unit.local.put<LocalTable>(table as LocalTable, row);
      unit.local.put('token', { ...ROWS.token, id: 'z', accessor: 'z' });
      await unit.commit();
      return store;
    };

    it('come back as they were written', async () => {
      const store = await filled();
      for (const [table, row] of Object.entries(ROWS))
        expect(await store.local.row(table as LocalTable, 'a')).toEqual(row);
      expect(await store.local.rows('token', { column: 'id', prefix: '' })).toHaveLength(2);
    });

    it.each(CHANGES)('of %s do not open when a hand has changed %s', async (table, change) => {
      const store = await filled();
      await edit(store, `UPDATE ${table} SET ${change} WHERE ${table === 'stream' ? 'name' : 'id'} = 'a'`);
      const id = change.includes("'b'") ? 'b' : 'a';
      await expect(store.local.row(table, id)).rejects.toMatchObject({ code: 'CORRUPT_RECORD' });
      await expect(store.begin().local.row(table, id)).rejects.toMatchObject({ code: 'CORRUPT_RECORD' });
      expect(await store.local.row('token', 'z')).toMatchObject({ accessor: 'z' });
    });

    it('are seen without their values, also the damaged and those that nobody has committed yet', async () => {
      const store = await filled();
      await edit(store, "UPDATE token SET expires_at = 1 WHERE id = 'a'");
      await expect(store.local.rows('token', { column: 'parent', equals: 'p' })).rejects.toMatchObject({
        code: 'CORRUPT_RECORD',
      });
      const head = { id: 'a', accessor: 'acc', parent: 'p', path: 'auth/x', expires_at: 1 };
      expect(await store.local.heads('token', { column: 'expires_at', below: 2 })).toEqual([head]);
      const unit = store.begin();
      unit.local.put('token', { ...ROWS.token, id: 'm', expires_at: 0 });
      unit.local.delete('token', 'z');
      expect(
        (await unit.local.heads('token', { column: 'parent', equals: 'p', limit: 2 })).map(({ id }) => id).sort(),
      ).toEqual(['a', 'm']);
      expect(
        (await unit.local.heads('token', { column: 'expires_at', below: 9, limit: 1 })).map(({ id }) => id),
      ).toEqual(['m']);
      unit.local.delete('token', 'a');
      await unit.commit();
      expect((await store.local.heads('token', { column: 'id', prefix: '' })).map(({ id }) => id)).toEqual(['m']);
    });

    it('count as read when they were seen: a change by another commit is a conflict', async () => {
      const store = await filled();
      const unit = store.begin();
      await unit.local.heads('token', { column: 'parent', equals: 'p' });
      unit.local.put('lease', { ...ROWS.lease, id: 'l' });
      const other = store.begin();
      other.local.put('token', { ...ROWS.token, id: 'new' });
      await other.commit();
      await expect(unit.commit()).rejects.toMatchObject({ code: 'WRITE_CONFLICT' });
    });

    describe('that are leases', () => {
      const put = async (store: Store, rows: readonly Partial<LocalTables['lease']>[]): Promise<void> => {
        const unit = store.begin();
        for (const row of rows) unit.local.put('lease', { ...ROWS.lease, ...row });
        await unit.commit();
      };
      const figures = (store: Store) => store.local.leaseFigures();

      it('are counted by mount, and apart where they are never due, whatever becomes of them', async () => {
        const store = await open();
        expect(await figures(store)).toEqual([]);
        await put(store, [{ id: 'a' }, { id: 'b' }, { id: 'c', mount: 'n', expires_at: NEVER_DUE }]);
        const [m, n] = [
          { mount: 'm', total: 2, irrevocable: 0 },
          { mount: 'n', total: 1, irrevocable: 1 },
        ];
        expect(await figures(store)).toEqual([m, n]);
        await put(store, [{ id: 'a', expires_at: 9 }, { id: 'b', expires_at: NEVER_DUE }, { id: 'd' }]);
        expect(await figures(store)).toEqual([{ mount: 'm', total: 3, irrevocable: 1 }, n]);
        await put(store, [{ id: 'b', expires_at: NEVER_DUE }]);
        await put(store, [{ id: 'c', mount: 'm', expires_at: 5 }]);
        expect(await figures(store)).toEqual([{ mount: 'm', total: 4, irrevocable: 1 }]);
        const unit = store.begin();
        for (const id of ['a', 'b', 'c', 'd', 'none']) unit.local.delete('lease', id);
        await unit.commit();
        expect(await figures(store)).toEqual([]);
      });

      it('are counted right where a hand has changed them, and when they have changed many times at once', async () => {
        const store = await open();
        await put(
          store,
          Array.from({ length: 700 }, (_, at) => ({ id: `l${at}`, mount: `m${at % 3}` })),
        );
        await edit(store, "DELETE FROM lease WHERE id < 'l2'");
        await edit(store, `UPDATE lease SET expires_at = ${NEVER_DUE}, mount = 'm0' WHERE mount = 'm1'`);
        const units = Array.from({ length: 20 }, (_, at) =>
          put(store, [{ id: `l${600 + (at % 5)}`, mount: `m${at}` }]),
        );
        await Promise.all(units);
        const heads = await store.local.heads('lease', { column: 'id', prefix: '' });
        const counted = new Map<string, { total: number; irrevocable: number }>();
        for (const { mount, expires_at: due } of heads) {
          const { total, irrevocable } = counted.get(mount) ?? { total: 0, irrevocable: 0 };
          counted.set(mount, { total: total + 1, irrevocable: irrevocable + (due === NEVER_DUE ? 1 : 0) });
        }
        const expected = [...counted].map(([mount, of]) => ({ mount, ...of }));
        expect(await figures(store)).toEqual(expected.sort((a, b) => (a.mount < b.mount ? -1 : 1)));
        expect(heads.length).toBeGreaterThan(400);
      });

      it('count as before where their commit fails, and as none in a store that takes the place of theirs', async () => {
        const store = await open();
        await put(store, [{ id: 'a' }]);
        await expect(
          put(store, [{ id: 'b' }, { id: 'c', expires_at: null as unknown as number }]),
        ).rejects.toMatchObject({ code: 'INTERNAL' });
        expect(await figures(store)).toEqual([{ mount: 'm', total: 1, irrevocable: 0 }]);
        await store.startOver(true);
        expect(await figures(store)).toEqual([]);
        await put(store, [{ id: 'd' }]);
        expect(await figures(store)).toEqual([{ mount: 'm', total: 1, irrevocable: 0 }]);
      });
    });
  });
}
