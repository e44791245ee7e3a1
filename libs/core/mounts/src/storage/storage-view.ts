import type { EngineOptions, KeyRange, MountView, StorageReader, StorageView } from '@tidelock/engine-api';
import { deleteRecord, putRecord, readRecord } from '@tidelock/core/scope';
import { badRequest } from '@tidelock/kernel';
import type { LocalReader, ReplicatedReader, UnitOfWork } from '@tidelock/store';

/** Everything that mounts store lies below `entry/<mount uuid>/`. */
export const ENTRY_PREFIX = 'entry/';

/** Keys read at a time: what is known of a page's end. */
const KEYS_AT_A_TIME = 512;

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
    const [names = [], others] = await Promise.all(
      this.readersOf(prefix).map((reader) => reader.children(this.root + prefix)),
    );
    return others === undefined ? names : [...new Set([...names, ...others])].sort(bytewise);
  }

  async *page(prefix: string, { after = '', limit = Infinity }: KeyRange = {}): AsyncGenerator<string> {
    if (!isPrefix(prefix) || limit <= 0) return;
    const [one, other] = this.readersOf(prefix).map((reader) => this.keysIn(reader, prefix, after, limit));
    let left = limit;
    for await (const key of merged(one ?? nothing(), other ?? nothing())) {
      yield key;
      left -= 1;
      if (left === 0) return;
    }
  }

  private isLocal(key: string): boolean {
    return this.local || this.localPrefixes.some((prefix) => key.startsWith(prefix));
  }

  /** The family that holds the prefix, or both where local keys lie below it. */
  private readersOf(prefix: string): readonly Reader[] {
    const { local, replicated } = this.unit;
    if (this.isLocal(prefix)) return [local];
    return this.localPrefixes.some((below) => below.startsWith(prefix)) ? [replicated, local] : [replicated];
  }

  /** The keys of one family, some at a time. */
  private async *keysIn(reader: Reader, prefix: string, after: string, most: number): AsyncGenerator<string> {
    const limit = Math.min(most, KEYS_AT_A_TIME);
    for (let last = this.root + after; ;) {
      const keys = await reader.keys(this.root + prefix, { after: last, limit });
      for (const key of keys) yield key.slice(this.root.length);
      if (keys.length < limit) return;
      last = keys[limit - 1] as string;
    }
  }
}

/** Two sorted rows of keys as one. */
async function* merged(one: AsyncGenerator<string>, other: AsyncGenerator<string>): AsyncGenerator<string> {
  let [a, b] = await Promise.all([one.next(), other.next()]);
  while (!a.done || !b.done) {
    const order = a.done ? 1 : b.done ? -1 : bytewise(a.value, b.value);
    yield (order <= 0 ? a.value : b.value) as string;
    [a, b] = await Promise.all([order <= 0 ? one.next() : a, order >= 0 ? other.next() : b]);
  }
}

async function* nothing(): AsyncGenerator<string> {}

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
