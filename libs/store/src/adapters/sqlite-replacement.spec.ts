import { copyFileSync, existsSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteDatabase } from './sqlite-database';
import { putInPlace, successorOf } from './sqlite-replacement';

const POSITION = { sql: 'UPDATE position SET local_idx = 1', parameters: [] };
const ROW = { sql: 'SELECT value FROM cluster WHERE key = ?', parameters: ['which'] };
const fill = (which: string) => [
  { sql: 'INSERT INTO cluster (key, value) VALUES (?, ?)', parameters: ['which', Buffer.from(which)] },
];

/** A file with its successor beside it, both whole and closed. */
async function fileWithSuccessor(): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'tidelock-replacement-')), 'tidelock.db');
  for (const [file, which] of [
    [path, 'old'],
    [successorOf(path), 'new'],
  ] as const) {
    const database = await SqliteDatabase.open(file);
    await database.commit(POSITION, fill(which));
    await database.close();
  }
  return path;
}

/** What a start finds. */
async function foundAt(path: string): Promise<string> {
  const database = await SqliteDatabase.open(path);
  try {
    const [row] = await database.all(ROW);
    return String(row?.['value']);
  } finally {
    await database.close();
    expect(existsSync(successorOf(path))).toBe(false);
  }
}

// The states that the files are in after each step of a replacement.
describe('a SQLite file that is replaced, after a crash', () => {
  it('is the old one while the new one is not begun, half made, or whole but not in place', async () => {
    const path = await fileWithSuccessor();
    const whole = `${path}.whole`;
    renameSync(successorOf(path), whole);
    expect(await foundAt(path)).toBe('old');
    writeFileSync(successorOf(path), 'half');
    writeFileSync(`${successorOf(path)}-wal`, 'half');
    expect(await foundAt(path)).toBe('old');
    copyFileSync(whole, successorOf(path));
    expect(await foundAt(path)).toBe('old');
  });

  it('is the new one once the old one is out of the place', async () => {
    const path = await fileWithSuccessor();
    renameSync(path, `${path}.wiped-now`);
    expect(await foundAt(path)).toBe('new');
  });

  it('is the new one from the last step on, whether the old one is kept or not', async () => {
    for (const keptAt of [new Date(), undefined]) {
      const path = await fileWithSuccessor();
      // The log of a start that was killed.
      writeFileSync(`${path}-wal`, 'old log');
      const aside = putInPlace(path, keptAt);
      expect(aside === undefined ? keptAt === undefined : existsSync(aside)).toBe(true);
      expect(await foundAt(path)).toBe('new');
    }
  });
});
