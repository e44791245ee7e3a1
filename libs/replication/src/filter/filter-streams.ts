import type { Alive, Life, Part, Task } from '@tidelock/core/runtime';
import { type Logger, reasonOf, TidelockError } from '@tidelock/kernel';
import type { FilteredMerkle, MerkleStore, Outbox, Store, StoreAdmin } from '@tidelock/store';
import {
  FIRST_DIGEST,
  FULL_STREAM,
  fullView,
  markOf,
  memoryKey,
  newStreamKey,
  type PublishedStream,
  type StreamView,
} from '@tidelock/stream';
import { keysOf, readCredentials, withKeys, writeCredentials } from '../membership/role-store';
import type { SecondaryRegistry } from '../membership/secondary-registry';
import { FilterView } from './filter-view';
import { FilteredMerkleServer, MountsFilter } from './filtered-merkle';
import { filterId, type PathsFilter } from './paths-filter';
import { FILTERS, type PathsFilters } from './paths-filters';
import type { MountRecords } from '../ports/mount-records';

/** A filter's stream while it is published. */
export interface FilterStream {
  readonly name: string;
  readonly mounts: MountsFilter;
  readonly merkle: FilteredMerkle;
  readonly server: FilteredMerkleServer;
  readonly stream: PublishedStream;
  /** `stream` while it lives. */
  readonly alive: Alive;
}

export interface FilterStreamsParts {
  readonly store: Store & Outbox & MerkleStore & Pick<StoreAdmin, 'integrity'>;
  readonly logger: Logger;
  readonly set: string;
  readonly mounts: MountRecords;
  readonly filters: PathsFilters;
  readonly secondaries: Pick<SecondaryRegistry, 'all' | 'caughtUp'>;
  /** Starts nothing yet. */
  readonly open: (view: StreamView, keys: readonly string[]) => PublishedStream;
}

const RETRY_MS = 1000;

/**
 * The streams of all filters that known secondaries have, one for equal ones: begun when the first is there, given up with key,
 * mark and topic when the last has gone.
 */
export class FilterStreams implements Part {
  readonly name = 'filter-streams';
  private readonly reconciling: Task = {
    name: 'reconcile',
    retry: { first: RETRY_MS, longest: RETRY_MS },
    run: (signal) => this.reconcile(signal),
  };
  readonly tasks = [this.reconciling];
  private readonly streams = new Map<string, FilterStream>();
  private life: Life | undefined;
  private working: Promise<void> = Promise.resolve();
  private stopListening: (() => void) | undefined;

  constructor(private readonly parts: FilterStreamsParts) {}

  start(life: Life): void {
    this.life = life;
    this.stopListening = this.parts.store.onCommit({
      committed: ({ localRows }) => {
        const isOfFilters = ({ table, id }: (typeof localRows)[number]): boolean =>
          table === 'secondary' || (table === 'record' && id === FILTERS);
        if (localRows.some(isOfFilters)) this.changed();
      },
      reloaded: () => this.changed(),
    });
  }

  stop(): void {
    this.stopListening?.();
    for (const { merkle } of this.streams.values()) merkle.close();
    this.streams.clear();
  }

  /** Once it has started: what is there is published, as far as it can be. */
  async ready(): Promise<void> {
    this.changed();
    await this.working;
  }

  /**
   * What a secondary is given; `undefined` = everything.
   *
   * @throws {TidelockError} INTERNAL while its stream cannot be begun: never does it get more instead.
   */
  async of(secondaryId: string): Promise<FilterStream | undefined> {
    await this.parts.filters.caughtUp();
    await this.working;
    const name = this.parts.filters.streamOf(secondaryId);
    if (name === FULL_STREAM) return undefined;
    const found = this.streams.get(name);
    if (found === undefined)
      throw new TidelockError('INTERNAL', { text: "the stream of this secondary's paths filter is not there yet" });
    return found;
  }

  named(name: string): FilterStream | undefined {
    return this.streams.get(name);
  }

  /** Index of the last row of the journal that all of them have behind them. */
  scanned(): number {
    return Math.min(Number.MAX_SAFE_INTEGER, ...[...this.streams.values()].map(({ stream }) => stream.scanned()));
  }

  private changed(): void {
    if (this.life !== undefined) this.working = this.life.rerun(this.reconciling);
  }

  private async reconcile(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { filters, secondaries } = this.parts;
    await filters.caughtUp();
    await secondaries.caughtUp();
    const wanted = new Map<string, PathsFilter>();
    for (const { id } of secondaries.all()) {
      const filter = filters.of(id);
      if (filter !== undefined) wanted.set(filterId(filter), filter);
    }
    for (const name of await this.present()) if (!wanted.has(name)) await this.giveUp(name);
    for (const [name, filter] of wanted)
      if (!this.streams.has(name)) this.streams.set(name, await this.begin(name, filter));
  }

  /** Streams that are published, or were before a restart. */
  private async present(): Promise<Set<string>> {
    const rows = await this.parts.store.local.rows('stream', { column: 'name', prefix: '' });
    return new Set([...this.streams.keys(), ...rows.map(({ name }) => name)].filter((name) => name !== FULL_STREAM));
  }

  private async begin(name: string, filter: PathsFilter): Promise<FilterStream> {
    const { store, mounts: records, open, logger } = this.parts;
    const keys = await this.reserve(name);
    const mounts = new MountsFilter(filter, records);
    const merkle = await store.openView(name, mounts);
    const stream = open(new FilterView(filter, records, mounts.loaded), keys);
    try {
      const alive = await (this.life as Life).begin(stream);
      logger.info('publishing the stream of a paths filter', { stream: name, mode: filter.mode, paths: filter.paths });
      return { name, mounts, merkle, stream, alive, server: new FilteredMerkleServer(store, merkle, mounts, stream) };
    } catch (error) {
      merkle.close();
      throw error;
    }
  }

  /** Its key, and a mark that keeps the journal from here on. */
  private reserve(name: string): Promise<readonly string[]> {
    const { store, set } = this.parts;
    return store.transact(async ({ local }) => {
      const credentials = await readCredentials(local);
      const known = keysOf(credentials, name);
      if (known.length > 0 && (await local.row('stream', name)) !== undefined) return known;
      const keys = [newStreamKey()];
      writeCredentials(local, withKeys(credentials, name, keys));
      const index = store.position().replicatedIndex;
      local.put('stream', markOf(set, { epoch: store.epoch, index, digest: FIRST_DIGEST, brokerOffset: '' }, name));
      return keys;
    });
  }

  private async giveUp(name: string): Promise<void> {
    const { store, open, logger } = this.parts;
    const current = this.streams.get(name);
    this.streams.delete(name);
    const stream = current?.stream ?? open({ ...fullView, name }, [newStreamKey()]);
    await current?.alive.end();
    current?.merkle.close();
    await store.transact(async ({ local }) => {
      local.delete('stream', name);
      local.delete('record', memoryKey(name));
      writeCredentials(local, withKeys(await readCredentials(local), name, []));
    });
    logger.info('the stream of a paths filter is not needed any more', { stream: name });
    // Behind all others: a broker that is away keeps an old topic, under a key that nobody has.
    void stream
      .deleteTopic()
      .catch((error: unknown) =>
        logger.warn('the topic of a former stream could not be deleted', { stream: name, reason: reasonOf(error) }),
      );
  }
}
