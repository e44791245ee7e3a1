import type { ForwardingLevel } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import { SINGLETON_PATHS } from '../records/built-in-mounts';
import { ENTRY_PREFIX, entryPrefix } from '../storage/storage-view';
import type { EngineRegistry } from '../registry/engine-registry';
import { levelOfMount } from './mount-level';
import { decodeMount, FORMER_REMOUNTS, MOUNT_PREFIX, REMOUNT_PREFIX, UNMOUNTED_PREFIX } from '../records/mount-records';

/** What the records that are about one mount begin with; its uuid follows. */
const DESCRIBING = [MOUNT_PREFIX, REMOUNT_PREFIX, UNMOUNTED_PREFIX];

interface Described {
  readonly path: string;
  readonly accessor: string;
  readonly singleton: boolean;
  readonly level: ForwardingLevel;
}

/** What replicated records tell of mounts, for whoever has no mount table: `value` as it is stored and travels. */
export class MountDescriptions {
  readonly prefix = MOUNT_PREFIX;
  readonly singletons = SINGLETON_PATHS;

  /** @param others what the keys begin with of records that clients keep besides mounts. */
  constructor(
    private readonly store: Pick<Store, 'openRecord'>,
    private readonly registry: Pick<EngineRegistry, 'isSingleton'>,
    private readonly others: readonly string[],
  ) {}

  /** Uuid of the mount that a record describes, or belongs to; of the record that is about all mounts, one that no mount has. */
  uuidIn(key: string): string | undefined {
    if (key === FORMER_REMOUNTS) return key;
    const prefix = DESCRIBING.find((start) => key.startsWith(start));
    if (prefix !== undefined) return key.slice(prefix.length);
    if (!key.startsWith(ENTRY_PREFIX)) return undefined;
    const end = key.indexOf('/', ENTRY_PREFIX.length);
    return key.slice(ENTRY_PREFIX.length, end < 0 ? undefined : end);
  }

  /** Whether it marks a mount whose entries are being deleted; its deletion tells that nothing of the mount is left. */
  isMarkOfPurge(key: string): boolean {
    return key.startsWith(UNMOUNTED_PREFIX);
  }

  /** Whether clients keep it: it makes sense in any reign. */
  isOfClients(key: string): boolean {
    if (key === FORMER_REMOUNTS) return false;
    return this.uuidIn(key) !== undefined || this.others.some((prefix) => key.startsWith(prefix));
  }

  entriesOf(uuid: string): string {
    return entryPrefix(uuid);
  }

  /** `undefined` when the record cannot be opened or read, or is not that of the replicated mount which its key names. */
  describe(key: string, sealed: Buffer): Described | undefined {
    try {
      const { uuid, local, path, accessor, kind, type } = decodeMount(this.store.openRecord(key, sealed));
      if (uuid !== this.uuidIn(key) || local) return undefined;
      const singleton = this.registry.isSingleton(type);
      return { path, accessor, singleton, level: levelOfMount({ kind, singleton }) };
    } catch {
      return undefined;
    }
  }
}
