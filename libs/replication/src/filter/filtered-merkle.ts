import type { FilteredMerkle, RecordFilter, Store, StoreAdmin } from '@tidelock/store';
import { type MerkleRoot, MerkleServer, type PublishedStream } from '@tidelock/stream';
import type { PathsFilter } from './paths-filter';
import { ShownMounts } from './shown-mounts';
import type { MountRecords } from '../ports/mount-records';

/** A paths filter over the state as it is committed: what the primary's filtered merkle tree consists of. */
export class MountsFilter implements RecordFilter {
  /** What is shown as of the last commit. */
  mounts: ShownMounts;
  /** The mounts as they were read; what came later was learned. */
  loaded: { readonly index: number; readonly memory: ShownMounts };

  constructor(
    private readonly filter: PathsFilter,
    private readonly records: MountRecords,
  ) {
    this.mounts = ShownMounts.none(filter, records);
    this.loaded = { index: 0, memory: this.mounts };
  }

  async load(reader: Parameters<RecordFilter['load']>[0], index: number): Promise<void> {
    const read: [string, Buffer | null][] = [];
    for (const key of await reader.keys(this.records.prefix)) read.push([key, (await reader.getSealed(key)) ?? null]);
    this.mounts = ShownMounts.none(this.filter, this.records).learn(read).mounts;
    this.loaded = { index, memory: this.mounts };
  }

  learn(changed: ReadonlyMap<string, Buffer | null>): boolean {
    const { mounts, passed } = this.mounts.learn(changed);
    this.mounts = mounts;
    return passed;
  }

  includes(key: string): boolean {
    return this.mounts.includes(key);
  }
}

/** The primary's side of a sync, for a secondary with a filter: what is hidden does not exist in it. */
export class FilteredMerkleServer extends MerkleServer {
  constructor(
    store: Pick<Store, 'replicated' | 'position'> & Pick<StoreAdmin, 'integrity'>,
    private readonly view: FilteredMerkle,
    filter: Pick<RecordFilter, 'includes'>,
    stream: Pick<PublishedStream, 'position' | 'head'>,
  ) {
    const replicated = {
      ...store.replicated,
      getSealed: async (key: string) => {
        const value = await store.replicated.getSealed(key);
        // Asked behind the reading: a mount that was hidden meanwhile is hidden.
        return filter.includes(key) ? value : undefined;
      },
    };
    const position = () => ({ ...store.position(), replicatedIndex: stream.head() });
    super({ merkle: view, integrity: store.integrity, replicated, position }, () => stream.position());
  }

  override async root(): Promise<MerkleRoot> {
    await this.view.ready();
    return super.root();
  }

  override async pages(): Promise<Buffer> {
    await this.view.ready();
    return super.pages();
  }

  override async page(page: number): Promise<Buffer> {
    await this.view.ready();
    return super.page(page);
  }
}
