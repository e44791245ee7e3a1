import { Barrier, generateRootKey } from '@tidelock/barrier';
import { silentLogger } from '@tidelock/kernel';
import { type ClusterStore, openStore } from '@tidelock/store';
import type { Admission } from '../join/joiner';
import { adoptKeyring } from './keyring-change';

const value = Buffer.from('secret');
const token = (id: string) => ({
  id,
  accessor: `accessor of ${id}`,
  parent: null,
  path: 'auth/x',
  expires_at: 5,
  value,
});

describe("a change over to the set's keyring", () => {
  const rootKey = generateRootKey();
  const barrier = new Barrier();
  let store: ClusterStore;

  beforeEach(async () => {
    barrier.unseal(rootKey, Barrier.newKeyring(rootKey, 1));
    store = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
    const unit = store.begin();
    for (const id of ['a', 'b', 'c']) unit.local.put('token', token(id));
    unit.local.put('lease', { id: 'l', token: 'a', expires_at: 5, mount: 'm', value });
    await unit.commit();
  });
  afterEach(() => store.close());

  const adopt = (): Promise<void> => {
    const secrets = {
      rootKey: rootKey.toString('base64'),
      keyring: Barrier.newKeyring(rootKey, 2).toString('base64'),
      sealConfig: Buffer.from('{}').toString('base64'),
    };
    const admission = { secrets } as Admission;
    return adoptKeyring({ barrier, store, logger: silentLogger }, admission, () => undefined);
  };

  it('seals what is local anew', async () => {
    await adopt();
    for (const id of ['a', 'b', 'c']) expect(await store.local.row('token', id)).toEqual(token(id));
    expect(await store.local.row('lease', 'l')).toMatchObject({ value });
  });

  it('is not held up by a damaged row, which stays damaged', async () => {
    const { database } = store as unknown as {
      database: { write(statement: { sql: string; parameters: unknown[] }): Promise<unknown> };
    };
    await database.write({ sql: "UPDATE token SET expires_at = NULL WHERE id = 'b' RETURNING 1", parameters: [] });
    await adopt();
    for (const id of ['a', 'c']) expect(await store.local.row('token', id)).toEqual(token(id));
    await expect(store.local.row('token', 'b')).rejects.toMatchObject({ code: 'CORRUPT_RECORD' });
    expect(await store.local.row('lease', 'l')).toMatchObject({ value });
  });
});
