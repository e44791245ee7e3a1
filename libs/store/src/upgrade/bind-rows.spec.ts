import { Barrier, generateRootKey } from '@tidelock/barrier';
import { silentLogger } from '@tidelock/kernel';
import type { SqlDatabase } from '../adapters/sql-database';
import { openStore } from '../open-store';
import type { ClusterStore } from '../ports/cluster-store';
import { ROWS_TO_BIND } from '../migrations/1764500000000-rows-to-bind';

describe('local rows of a build that bound values to ids alone', () => {
  const rootKey = generateRootKey();
  const barrier = new Barrier();
  let store: ClusterStore;

  beforeEach(async () => {
    barrier.unseal(rootKey, Barrier.newKeyring(rootKey, 1));
    store = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
  });
  afterEach(() => store.close());

  const write = ({ sql, parameters = [] }: { sql: string; parameters?: unknown[] }): Promise<unknown> =>
    (store as unknown as { database: SqlDatabase }).database.write({ sql: `${sql} RETURNING 1`, parameters });
  const older = (table: string, id: string): Buffer =>
    barrier.encrypt(Buffer.from(`value of ${id}`), `l/${table}/${id}`);
  const token = (id: string): Promise<unknown> => {
    const sql = "INSERT INTO token (id, accessor, path, expires_at, value) VALUES (?, ?, 'p', 5, ?)";
    return write({ sql, parameters: [id, `of ${id}`, older('token', id)] });
  };
  const noted = (): Promise<unknown> =>
    write({ sql: `INSERT INTO cluster (key, value) VALUES ('${ROWS_TO_BIND}', x'')` });
  const isOpen = async (id: string): Promise<boolean> =>
    store.local.row('token', id).then(
      (row) => row?.value.toString() === `value of ${id}`,
      () => false,
    );

  it('open after the upgrade, however many there are, and are bound to all columns', async () => {
    const ids = Array.from({ length: 1001 }, (_, n) => `t${n}`);
    for (const id of ids) await token(id);
    await write({
      sql: 'INSERT INTO local_record (key, value) VALUES (?, ?)',
      parameters: ['k', older('record', 'k')],
    });
    await noted();
    expect(await isOpen('t1')).toBe(false);
    await store.upgrade();
    expect((await Promise.all(ids.map(isOpen))).filter((open) => open)).toHaveLength(ids.length);
    expect((await store.local.row('record', 'k'))?.value.toString()).toBe('value of k');
    await write({ sql: "UPDATE token SET expires_at = 9 WHERE id = 't1'" });
    await store.upgrade();
    expect(await isOpen('t1')).toBe(false);
  });

  it('are counted where they are leases, of a mount that nobody has noted', async () => {
    const sql = "INSERT INTO lease (id, token, expires_at, value) VALUES ('l', 't', 5, ?)";
    await write({ sql, parameters: [older('lease', 'l')] });
    await noted();
    await store.upgrade();
    expect(await store.local.row('lease', 'l')).toMatchObject({ mount: '', value: Buffer.from('value of l') });
    expect(await store.local.leaseFigures()).toEqual([{ mount: '', total: 1, irrevocable: 0 }]);
  });

  it('are left as they are where they are damaged', async () => {
    for (const id of ['a', 'b', 'c']) await token(id);
    await write({ sql: "UPDATE token SET value = x'00' WHERE id = 'b'" });
    await noted();
    await store.upgrade();
    expect(await Promise.all(['a', 'b', 'c'].map(isOpen))).toEqual([true, false, true]);
  });

  it('are believed in no store but one of such a build, and there once', async () => {
    await token('before');
    await store.upgrade();
    expect(await isOpen('before')).toBe(false);
    await noted();
    await store.upgrade();
    await token('after');
    await store.upgrade();
    expect(await Promise.all(['before', 'after'].map(isOpen))).toEqual([true, false]);
  });
});
