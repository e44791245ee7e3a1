import type { LocalTable, LocalTables, Store, StoreLocation } from '@tidelock/store';
import { storeHarness } from './store-harness';

const value = Buffer.from('secret');
const ROWS = {
  token: { id: 'a', accessor: 'acc', parent: 'p', path: 'auth/x', expires_at: 5, value },
  lease: { id: 'a', token: 't', expires_at: 5, value },
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
  });
}
