import type { StorageView } from '@tidelock/engine-api';
import { TidelockError } from '@tidelock/kernel';
import { type KeyMetadata, type KvConfig, newMetadata } from './key-metadata';

/** Secrets of version 1, and those written before their mount was turned into version 2: `secret/<path>`. */
export const UNVERSIONED = 'secret/';
/** A secret's metadata, `meta/<path>`. */
const METADATA = 'meta/';
/** The mount's configuration. */
const CONFIG = 'config';

/** One version's data. No two secrets share a key, since the last segment is always the version's number. */
const dataKey = (path: string, version: number): string => `data/${path}/${version}`;

const NO_CONFIG: KvConfig = { max_versions: 0, cas_required: false, delete_version_after: 0 };
/** Secrets written before the mount kept versions: nobody noted when. */
const TIME_UNKNOWN = 0;

/**
 * The records of a versioned mount. A secret that was written while the mount was of version 1 appears as version 1 of
 * itself, and is moved to its new place by the first change.
 */
export class SecretStore {
  constructor(private readonly storage: StorageView) {}

  async config(): Promise<KvConfig> {
    return (await this.document<KvConfig>(CONFIG)) ?? { ...NO_CONFIG };
  }

  putConfig(config: KvConfig): Promise<void> {
    return this.putDocument(CONFIG, config);
  }

  async metadata(path: string): Promise<KeyMetadata | undefined> {
    const stored = await this.document<KeyMetadata>(METADATA + path);
    if (stored !== undefined) return stored;
    return (await this.storage.get(UNVERSIONED + path)) === undefined ? undefined : adopted();
  }

  putMetadata(path: string, meta: KeyMetadata): Promise<void> {
    return this.putDocument(METADATA + path, meta);
  }

  /** Before a change: moves a secret of a version 1 mount to where its data, as version 1 of it, belongs. */
  async moveUnversioned(path: string): Promise<void> {
    const stored = await this.storage.get(UNVERSIONED + path);
    if (stored === undefined) return;
    await this.storage.put(dataKey(path, 1), stored);
    await this.storage.delete(UNVERSIONED + path);
  }

  /** The JSON text of a version that is not gone. */
  async dataText(path: string, version: number): Promise<string> {
    const stored = (await this.storage.get(dataKey(path, version))) ?? (await this.storage.get(UNVERSIONED + path));
    if (stored === undefined)
      throw new TidelockError('INTERNAL', { cause: new Error(`version ${version} has no data record`) });
    return stored.toString('utf8');
  }

  putData(path: string, version: number, text: string): Promise<void> {
    return this.storage.put(dataKey(path, version), Buffer.from(text, 'utf8'));
  }

  async deleteData(path: string, versions: readonly number[]): Promise<void> {
    for (const version of versions) await this.storage.delete(dataKey(path, version));
  }

  async deleteSecret(path: string, meta: KeyMetadata): Promise<void> {
    await this.moveUnversioned(path);
    await this.deleteData(path, Object.keys(meta.versions).map(Number));
    await this.storage.delete(METADATA + path);
  }

  async list(prefix: string): Promise<string[]> {
    const [versioned, unversioned] = [
      await this.storage.list(METADATA + prefix),
      await this.storage.list(UNVERSIONED + prefix),
    ];
    return unversioned.length === 0 ? versioned : [...new Set([...versioned, ...unversioned])].sort();
  }

  /** Our own documents hold no number that JavaScript could not, and are read on the hot path. */
  private async document<T>(key: string): Promise<T | undefined> {
    const bytes = await this.storage.get(key);
    return bytes === undefined ? undefined : (JSON.parse(bytes.toString('utf8')) as T);
  }

  private putDocument(key: string, document: object): Promise<void> {
    return this.storage.put(key, Buffer.from(JSON.stringify(document), 'utf8'));
  }
}

function adopted(): KeyMetadata {
  const version = { created_time: TIME_UNKNOWN, deletion_time: 0, destroyed: false };
  return { ...newMetadata(TIME_UNKNOWN), current_version: 1, versions: { 1: version } };
}
