import { join } from 'node:path';
import { blocksOf, type HclBlock } from '@tidelock/hcl';
import type { StoreLocation } from '@tidelock/store';
import { check } from './check';
import { ConfigError } from './config-error';
import { overridesFor } from './environment';
import { placeOf, type Sources } from './sources';
import { StorageStanza, WITHOUT_MEANING } from './stanzas';

const FILE_NAME = 'tidelock.db';

/** Where the store is. `file` and `raft` come from Vault's own configurations: SQLite inside that folder. */
export function storageOf(sources: Sources): StoreLocation {
  const { documents, env, note } = sources;
  const overrides = overridesFor(env, 'storage');
  const blocks = documents.flatMap(({ tree }) => [...blocksOf(tree, 'storage', 1), ...blocksOf(tree, 'backend', 1)]);
  const block = blocks.at(-1);
  const kind = kindOf(block, overrides);
  const place = `${placeOf(documents)}: storage "${kind}"`;
  const { value, ignored } = check(block ? [block.body] : [], { place, stanza: StorageStanza, withoutMeaning: WITHOUT_MEANING.storage, overrides });
  note(ignored);
  return locationOf(kind, value, place);
}

function kindOf(block: HclBlock | undefined, overrides: Readonly<Record<string, string>>): string {
  if (overrides['connection_url'] !== undefined) return 'postgresql';
  if (block !== undefined) return block.labels[0] ?? '';
  if (overrides['path'] !== undefined) return 'sqlite';
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
