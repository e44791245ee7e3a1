import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { StorageKind } from './cluster';

const FOLDER = resolve(__dirname, '../fixtures/85e8a6d');

/** A store that a server of an earlier build has written; `test/fixtures/85e8a6d/README.md` says what is in it. */
export interface OlderStore {
  /** A database file for SQLite, statements for PostgreSQL. */
  readonly path: string;
  /** Hex; two of these three unseal it. */
  readonly keys: readonly string[];
  readonly rootToken: string;
}

export function olderStore(kind: StorageKind): OlderStore {
  const known = JSON.parse(readFileSync(resolve(FOLDER, 'keys.json'), 'utf8')) as Record<
    StorageKind,
    Omit<OlderStore, 'path'>
  >;
  return { path: resolve(FOLDER, kind === 'sqlite' ? 'tidelock.sqlite' : 'postgresql.sql'), ...known[kind] };
}
