import { join } from 'node:path';
import type { StoreLocation } from '@tidelock/store';
import { check } from './check';
import { ConfigError } from './config-error';
import { type Overrides, overridesFor } from './environment';
import { blocksIn, type PlacedBlock, placeOf, rootsOf, type Sources } from './sources';
import { StorageStanza, WITHOUT_MEANING } from './stanzas';

const FILE_NAME = 'tidelock.db';
/** Their `path` is a folder. */
const IN_FOLDER = new Set(['file', 'raft']);

/** Where the store is. `file` and `raft` come from Vault's own configurations: SQLite inside that folder. */
export function storageOf(sources: Sources): StoreLocation {
  const { documents, env, note } = sources;
  const overrides = overridesFor(env, 'storage');
  const roots = rootsOf(documents);
  const last = [...blocksIn(roots, 'storage', 1), ...blocksIn(roots, 'backend', 1)].slice(-1);
  const kind = kindOf(last[0], overrides);
  const name = `storage "${kind}"`;
  const { value, ignored } = check(last, { name, stanza: StorageStanza, withoutMeaning: WITHOUT_MEANING.storage, overrides });
  note(ignored);
  return locationOf(kind, value, placeOf(last, name));
}

/** The environment names the place of one kind of store: if the file asks for another kind, the environment wins. */
function kindOf(block: PlacedBlock | undefined, overrides: Overrides): string {
  const kind = block?.labels[0];
  if (overrides['connection_url'] !== undefined) return 'postgresql';
  if (overrides['path'] !== undefined) return kind !== undefined && IN_FOLDER.has(kind) ? kind : 'sqlite';
  if (kind !== undefined) return kind;
  throw new ConfigError('no storage: add a storage "sqlite" { path = "…" } or storage "postgresql" { connection_url = "…" } block');
}

function locationOf(kind: string, { path, connection_url, schema }: StorageStanza, place: string): StoreLocation {
  const needed = (value: string | undefined, key: string): string => {
    if (!value) throw new ConfigError(`${place}: "${key}" must be given`);
    return value;
  };
  switch (kind) {
    case 'inmem':
      return { kind: 'inmem' };
    case 'sqlite':
      return { kind: 'sqlite', path: needed(path, 'path') };
    case 'file':
    case 'raft':
      return { kind: 'sqlite', path: join(needed(path, 'path'), FILE_NAME) };
    case 'postgresql':
      return { kind: 'postgresql', connectionUrl: needed(connection_url, 'connection_url'), ...(schema && { schema }) };
    default:
      throw new ConfigError(`${place}: this storage is not known; there are sqlite, postgresql, inmem, and file and raft (both: SQLite inside that folder)`);
  }
}
