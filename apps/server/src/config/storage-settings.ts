import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreLocation } from '@tidelock/store';
import { check } from './check';
import { ConfigError } from './config-error';
import { type Overrides, overridesFor } from './environment';
import { FOREIGN_KEYS } from './foreign-keys';
import { type PlacedBlock, placeOf, rootsOf, singleBlocksIn, type Sources } from './sources';
import { StorageStanza } from './stanzas';

const FILE_NAME = 'tidelock.db';
/** Vault's kinds whose `path` is a folder, and what a Vault leaves in it. */
const IN_FOLDER: Readonly<Record<string, readonly string[]>> = {
  file: ['core', 'sys', 'logical'],
  raft: ['vault.db', 'raft'],
};
const SAY_SO = 'write storage "sqlite" { path = "…" } or storage "postgresql" { connection_url = "…" }';

/** Where the store is. `file` and `raft` come from Vault's own configurations: SQLite inside that folder. */
export function storageOf(sources: Sources): StoreLocation {
  const { documents, env, note, warn } = sources;
  const overrides = overridesFor(env, 'storage');
  const last = singleBlocksIn(rootsOf(documents), 1, 'storage', 'backend').slice(-1);
  const kind = kindOf(last[0], overrides);
  const name = `storage "${kind}"`;
  const place = placeOf(last, name);
  refuseOtherServers(last, place);
  const { value, ignored } = check(last, { name, stanza: StorageStanza, foreign: FOREIGN_KEYS.storage, overrides });
  note(ignored);
  const location = locationOf(kind, value, place);
  if (kind === 'raft')
    warn(
      `storage "raft" is a SQLite file in that folder: data of a Vault is NOT read, and a cluster is one server, without standbys; to say so, ${SAY_SO}`,
    );
  return location;
}

/** The environment names the place of one kind of store: if the file asks for another kind, the environment wins. */
function kindOf(block: PlacedBlock | undefined, overrides: Overrides): string {
  const kind = block?.labels[0];
  if (overrides['connection_url'] !== undefined) return 'postgresql';
  if (overrides['path'] !== undefined) return kind !== undefined && isInFolder(kind) ? kind : 'sqlite';
  if (kind !== undefined) return kind;
  throw new ConfigError(
    'no storage: add a storage "sqlite" { path = "…" } or storage "postgresql" { connection_url = "…" } block',
  );
}

const isInFolder = (kind: string): boolean => Object.hasOwn(IN_FOLDER, kind);

/** `retry_join`: started alone, each of those servers would become a cluster of its own. */
function refuseOtherServers(blocks: readonly PlacedBlock[], place: string): void {
  const joins = blocks.some(({ body }) => body.items.some(({ keys }) => keys[0] === 'retry_join'));
  if (joins)
    throw new ConfigError(
      `${place}: "retry_join" names other servers, but a cluster is one server here: each would begin one of its own. Run one; for more clusters there is replication; ${SAY_SO}`,
    );
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
      return { kind: 'sqlite', path: join(withoutVault(kind, needed(path, 'path'), place), FILE_NAME) };
    case 'postgresql':
      return { kind: 'postgresql', connectionUrl: needed(connection_url, 'connection_url'), ...(schema && { schema }) };
    default:
      throw new ConfigError(
        `${place}: this storage is not known; there are sqlite, postgresql, inmem, and file and raft (both: SQLite inside that folder)`,
      );
  }
}

/** Beside a Vault's own data an empty cluster would look as if all of it were lost. */
function withoutVault(kind: string, folder: string, place: string): string {
  const left = IN_FOLDER[kind]?.find((name) => existsSync(join(folder, name)));
  if (left === undefined) return folder;
  throw new ConfigError(
    `${place}: "path" holds the data of a Vault (${join(folder, left)}), which is not read here: this would be an empty cluster beside it. Name another folder, or ${SAY_SO}`,
  );
}
