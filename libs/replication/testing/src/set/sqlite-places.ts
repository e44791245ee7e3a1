import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreLocation } from '@tidelock/store';

/** Places for new SQLite databases, in a folder that is gone once the tests of the file are over. */
export function sqlitePlaces(name: string): () => Promise<StoreLocation> {
  const folder = mkdtempSync(join(tmpdir(), `tidelock-${name}-`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let made = 0;
  return async () => ({ kind: 'sqlite', path: join(folder, String((made += 1)), 'tidelock.db') });
}
