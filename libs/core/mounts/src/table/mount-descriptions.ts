import type { Store } from '@tidelock/store';
import { ENTRY_PREFIX, entryPrefix } from '../storage/storage-view';
import { decodeMount, MOUNT_PREFIX } from './mount-records';
import { SINGLETONS } from './singletons';

/** What replicated records tell of mounts, for whoever has no mount table: `value` as it is stored and travels. */
export class MountDescriptions {
  readonly prefix = MOUNT_PREFIX;

  constructor(private readonly store: Pick<Store, 'openRecord'>) {}

  /** Uuid of the mount that a record describes, or belongs to. */
  uuidIn(key: string): string | undefined {
    if (key.startsWith(MOUNT_PREFIX)) return key.slice(MOUNT_PREFIX.length);
    if (!key.startsWith(ENTRY_PREFIX)) return undefined;
    const end = key.indexOf('/', ENTRY_PREFIX.length);
    return key.slice(ENTRY_PREFIX.length, end < 0 ? undefined : end);
  }

  entriesOf(uuid: string): string {
    return entryPrefix(uuid);
  }

  /** `undefined` when the record cannot be opened or read. */
  describe(key: string, sealed: Buffer): { readonly path: string; readonly singleton: boolean } | undefined {
    try {
      const { path, type } = decodeMount(this.store.openRecord(key, sealed));
      return { path, singleton: SINGLETONS.includes(type) };
    } catch {
      return undefined;
    }
  }
}
