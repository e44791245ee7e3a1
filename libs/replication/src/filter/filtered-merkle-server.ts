import type { FilteredMerkle, RecordFilter, Store, StoreAdmin } from '@tidelock/store';
import { type MerkleRoot, MerkleServer, type PublishedStream } from '@tidelock/stream';

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
