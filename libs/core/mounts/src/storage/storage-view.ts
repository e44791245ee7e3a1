import type { EngineOptions, MountView, StorageReader, StorageView } from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';
import type { LocalReader, ReplicatedReader, UnitOfWork } from '@tidelock/store';
import { deleteRecord, putRecord, readRecord } from '../table/mount-records';

/** Everything that mounts store lies below `entry/<mount uuid>/`. */
export const ENTRY_PREFIX = 'entry/';

export const entryPrefix = (uuid: string): string => `${ENTRY_PREFIX}${uuid}/`;

/**
 * The storage of one mount within a unit of work.
 *
 * A local mount lives in the local table as a whole, a replicated one among the replicated records, except for the keys
 * that its engine keeps on each cluster (`localPrefixes`).
 */
export function storageViewOf(
  unit: UnitOfWork,
  mount: Pick<MountView, 'uuid' | 'local'>,
  { localPrefixes = [] }: Pick<EngineOptions, 'localPrefixes'> = {},
): StorageView {
  return new MountStorage(unit, entryPrefix(mount.uuid), mount.local, localPrefixes);
}

/** The same outside any unit of work: each read sees what is committed by then. */
export function storageReaderOf(
  readers: { readonly replicated: ReplicatedReader; readonly local: LocalReader },
  mount: Pick<MountView, 'uuid' | 'local'>,
  options: Pick<EngineOptions, 'localPrefixes'>,
): StorageReader {
  // A reader has no way to what it would write with.
  return storageViewOf({ replicated: readers.replicated, local: readers.local } as UnitOfWork, mount, options);
}

class MountStorage implements StorageView {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly root: string,
    private readonly local: boolean,
    private readonly localPrefixes: readonly string[],
  ) {}

  async get(key: string): Promise<Buffer | undefined> {
    return isKey(key) ? readRecord(this.unit, this.isLocal(key), this.root + key) : undefined;
  }

  async put(key: string, value: Buffer): Promise<void> {
    if (!isKey(key))
      throw badRequest(key.endsWith('/') ? "cannot write to a path ending in '/'" : 'path has an empty segment');
    putRecord(this.unit, this.isLocal(key), this.root + key, value);
  }

  async delete(key: string): Promise<void> {
    if (isKey(key)) deleteRecord(this.unit, this.isLocal(key), this.root + key);
  }

  async list(prefix: string): Promise<string[]> {
    if (!isPrefix(prefix)) return [];
    return this.merged(prefix, (reader) => reader.children(this.root + prefix));
  }

  async keysBelow(prefix: string): Promise<string[]> {
    if (!isPrefix(prefix)) return [];
    return this.merged(prefix, async (reader) => {
      const keys = await reader.keys(this.root + prefix);
      return keys.map((key) => key.slice(this.root.length));
    });
  }

  private isLocal(key: string): boolean {
    return this.local || this.localPrefixes.some((prefix) => key.startsWith(prefix));
  }

  /** Names from the family that holds the prefix, or from both where local keys lie below it. */
  private async merged(prefix: string, read: (reader: Reader) => Promise<string[]>): Promise<string[]> {
    if (this.isLocal(prefix)) return read(this.unit.local);
    const replicated = await read(this.unit.replicated);
    if (!this.localPrefixes.some((local) => local.startsWith(prefix))) return replicated;
    return [...new Set([...replicated, ...(await read(this.unit.local))])].sort(bytewise);
  }
}

type Reader = Pick<UnitOfWork['replicated'] & UnitOfWork['local'], 'children' | 'keys'>;

const bytewise = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** @throws {TidelockError} INVALID_REQUEST for a `..` segment. @returns whether anything can be stored there. */
function isKey(key: string): boolean {
  if (key.includes('..') && key.split('/').includes('..')) throw badRequest('path cannot contain parent references');
  return key !== '' && !key.startsWith('/') && !key.endsWith('/') && !key.includes('//');
}

/** As `isKey`, for the prefix of a list. */
function isPrefix(prefix: string): boolean {
  return prefix === '' || (isKey(prefix.slice(0, -1)) && prefix.endsWith('/'));
}
