import { chmodSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Barrier, generateRootKey } from '@tidelock/barrier';
import { silentLogger } from '@tidelock/kernel';
import SqliteConnection from 'better-sqlite3';
import { describeDurability, describeStore } from '../contract/src';
import { openStore } from './open-store';
import type { StoreLocation } from './open-store';

const plainExec = SqliteConnection.prototype.exec;
describeStore('SQLite in memory', async () => ({ kind: 'inmem' }));
const inFile = async (): Promise<StoreLocation> => ({
  kind: 'sqlite',
  path: join(mkdtempSync(join(tmpdir(), 'tidelock-store-')), 'tidelock.db'),
});
describeStore('SQLite in a file', inFile);
describeDurability('SQLite in a file', inFile, () => {
  const exec = jest.spyOn(SqliteConnection.prototype, 'exec');
  let synchronous = 'FULL';
  const waited: boolean[] = [];
  exec.mockImplementation(function (this: SqliteConnection.Database, sql: string) {
    [, synchronous = synchronous] = /^PRAGMA synchronous = (\w+)$/.exec(sql) ?? [];
    if (sql === 'COMMIT') waited.push(synchronous === 'FULL');
    return plainExec.call(this, sql);
  });
  return { waited, stop: () => exec.mockRestore() };
});

describe('the files of SQLite', () => {
  const barrier = new Barrier();
  const rootKey = generateRootKey();
  barrier.unseal(rootKey, Barrier.newKeyring(rootKey, 1));
  let umask: number;
  beforeAll(() => (umask = process.umask(0o022)));
  afterAll(() => process.umask(umask));

  const modesIn = (folder: string) =>
    Object.fromEntries(
      readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]),
    );

  it('are for their owner alone, in a folder that everybody may read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidelock-store-'));
    chmodSync(folder, 0o755);
    // Left behind by a process of an older version that was killed.
    writeFileSync(join(folder, 'tidelock.db-wal'), '', { mode: 0o644 });
    const store = await openStore({ kind: 'sqlite', path: join(folder, 'tidelock.db') }, barrier, {
      logger: silentLogger,
    });
    const unit = store.begin();
    unit.replicated.put('entry/a', Buffer.from('x'));
    await unit.commit();
    expect(modesIn(folder)).toEqual({ 'tidelock.db': '600', 'tidelock.db-wal': '600' });
    await store.startOver(false);
    expect(new Set(Object.values(modesIn(folder)))).toEqual(new Set(['600']));
    await store.close();
  });
});
