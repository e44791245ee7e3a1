import type { RecordFilter } from '@tidelock/store';
import type { MountRecords } from '@tidelock/stream';
import type { PathsFilter } from './paths-filter';
import { ShownMounts } from './shown-mounts';

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
