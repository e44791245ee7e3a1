import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, reasonOf, TidelockError } from '@tidelock/kernel';
import type { FilteredMerkle, Store } from '@tidelock/store';
import { FULL_STREAM } from '../domain/stream-name';
import { FIRST_DIGEST } from '../domain/header';
import { newStreamKey } from '../domain/stream-key';
import { keysOf, withKeys } from '../keys/keys-of-stream';
import type { MountRecords } from '../ports/mount-records';
import type { PublishedStream } from '../publish/published-stream';
import { memoryKey } from '../publish/publisher-mark';
import { fullView, type StreamView } from '../publish/stream-view';
import { readCredentials, writeCredentials } from '../roles/role-store';
import type { SecondaryRegistry } from '../roles/secondary-registry';
import { transact } from '../roles/transact';
import { FilterView } from './filter-view';
import { FilteredMerkleServer } from './filtered-merkle-server';
import { MountsFilter } from './mounts-filter';
import { filterId, type PathsFilter } from './paths-filter';
import type { PathsFilters } from './paths-filters';

/** A filter's stream while it is published. */
export interface FilterStream {
  readonly name: string;
  readonly mounts: MountsFilter;
  readonly merkle: FilteredMerkle;
  readonly server: FilteredMerkleServer;
  readonly stream: PublishedStream;
}

export interface FilterStreamsParts {
  readonly store: Store;
  readonly logger: Logger;
  readonly set: string;
  readonly mounts: MountRecords;
  readonly filters: PathsFilters;
  readonly secondaries: Pick<SecondaryRegistry, 'all' | 'settled'>;
  /** Starts nothing yet. */
  readonly open: (view: StreamView, keys: readonly string[]) => PublishedStream;
}

const RETRY_MS = 1000;

/**
 * The streams of all filters that known secondaries have, one for equal ones: begun when the first is there, given up with key,
 * mark and topic when the last has gone.
 */
export class FilterStreams {
  private readonly streams = new Map<string, FilterStream>();
  private working: Promise<void> = Promise.resolve();
  private stopListening: (() => void) | undefined;
  private stopped = false;

  constructor(private readonly parts: FilterStreamsParts) {}

  async start(): Promise<void> {
    this.stopListening = this.parts.store.onCommit({
      committed: ({ localRows }) => {
        if (localRows.some(({ table, id }) => table === 'secondary' || (table === 'record' && id.startsWith('replication/paths-filters')))) this.changed();
      },
      reloaded: () => this.changed(),
    });
    this.changed();
    await this.working;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.stopListening?.();
    await this.working;
    for (const { stream, merkle } of this.streams.values()) {
      await stream.stop();
      merkle.close();
    }
    this.streams.clear();
  }

  /**
   * What a secondary is given; `undefined` = everything.
   *
   * @throws {TidelockError} INTERNAL while its stream cannot be begun: never does it get more instead.
   */
  async of(secondaryId: string): Promise<FilterStream | undefined> {
    await this.parts.filters.settled();
    await this.working;
    const name = this.parts.filters.streamOf(secondaryId);
    if (name === FULL_STREAM) return undefined;
    const found = this.streams.get(name);
    if (found === undefined) throw new TidelockError('INTERNAL', { text: 'the stream of this secondary\'s paths filter is not there yet' });
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
    this.working = this.working.then(() => this.reconcile()).catch(async (error: unknown) => {
      this.parts.logger.error('the streams of the paths filters are not as they should be; trying again', { reason: reasonOf(error) });
      void sleep(RETRY_MS, undefined, { ref: false }).then(() => this.changed());
    });
  }

  private async reconcile(): Promise<void> {
    if (this.stopped) return;
    const { filters, secondaries } = this.parts;
    await filters.settled();
    await secondaries.settled();
    const wanted = new Map<string, PathsFilter>();
    for (const { id } of secondaries.all()) {
      const filter = filters.of(id);
      if (filter !== undefined) wanted.set(filterId(filter), filter);
    }
    for (const name of await this.present()) if (!wanted.has(name)) await this.giveUp(name);
    for (const [name, filter] of wanted) if (!this.streams.has(name)) this.streams.set(name, await this.begin(name, filter));
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
      await stream.start();
    } catch (error) {
      merkle.close();
      throw error;
    }
    logger.info('publishing the stream of a paths filter', { stream: name, mode: filter.mode, paths: filter.paths });
    return { name, mounts, merkle, stream, server: new FilteredMerkleServer(store, merkle, mounts, stream) };
  }

  /** Its key, and a mark that keeps the journal from here on. */
  private reserve(name: string): Promise<readonly string[]> {
    const { store, set } = this.parts;
    return transact(store, async ({ local }) => {
      const credentials = await readCredentials(local);
      const known = keysOf(credentials, name);
      if (known.length > 0 && (await local.row('stream', name)) !== undefined) return known;
      const keys = [newStreamKey()];
      writeCredentials(local, withKeys(credentials, name, keys));
      local.put('stream', { name, epoch: store.epoch, idx: store.position().replicatedIndex, digest: FIRST_DIGEST, broker_offset: '', value: Buffer.from(set) });
      return keys;
    });
  }

  private async giveUp(name: string): Promise<void> {
    const { store, open, logger } = this.parts;
    const current = this.streams.get(name);
    this.streams.delete(name);
    const stream = current?.stream ?? open({ ...fullView, name }, [newStreamKey()]);
    await stream.stop();
    current?.merkle.close();
    await transact(store, async ({ local }) => {
      local.delete('stream', name);
      local.delete('record', memoryKey(name));
      writeCredentials(local, withKeys(await readCredentials(local), name, []));
    });
    logger.info('the stream of a paths filter is not needed any more', { stream: name });
    // Behind all others: a broker that is away keeps an old topic, under a key that nobody has.
    void stream.deleteTopic().catch((error: unknown) => logger.warn('the topic of a former stream could not be deleted', { stream: name, reason: reasonOf(error) }));
  }
}
