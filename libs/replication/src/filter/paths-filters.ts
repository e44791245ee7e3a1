import { type Logger, reasonOf } from '@tidelock/kernel';
import type { LocalReader, LocalStore, Store } from '@tidelock/store';
import { FULL_STREAM } from '../domain/stream-name';
import { filterId, type PathsFilter } from './paths-filter';

const KEY = 'replication/paths-filters';

/** The stored form: one row for all, so that a change of any of them overtakes whoever has read it. */
interface Stored {
  /** They belong to one reign: a promotion gives new ids, and new filters to them. */
  readonly reign: string;
  readonly filters: Readonly<Record<string, PathsFilter>>;
}

/** The primary's paths filters by secondary id, those of ids that nobody has yet included: kept in memory as committed. */
export class PathsFilters {
  private filters: Stored['filters'] = {};
  private stopListening: (() => void) | undefined;
  /** One after the other: an older reading must not bring back what a newer one has seen go. */
  private refreshing: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Pick<Store, 'local' | 'onCommit'>,
    private readonly reign: string,
    private readonly logger: Logger,
  ) {}

  async load(): Promise<void> {
    this.filters = await this.read(this.store.local);
    this.stopListening = this.store.onCommit(({ localRows }) => {
      if (localRows.some(({ table, id }) => table === 'record' && id === KEY)) this.refresh();
    });
  }

  close(): void {
    this.stopListening?.();
  }

  /** Resolves when everything committed so far is known here. */
  settled(): Promise<void> {
    return this.refreshing;
  }

  of(id: string): PathsFilter | undefined {
    return Object.hasOwn(this.filters, id) ? this.filters[id] : undefined;
  }

  ids(): string[] {
    return Object.keys(this.filters);
  }

  /** Name of the stream that a secondary follows. */
  streamOf(id: string): string {
    return streamNameOf(this.of(id));
  }

  /** As the caller's transaction sees them. */
  async read(local: LocalReader): Promise<Stored['filters']> {
    const row = await local.row('record', KEY);
    const stored = row && (JSON.parse(row.value.toString('utf8')) as Stored);
    return stored?.reign === this.reign ? stored.filters : {};
  }

  /** With the caller's transaction. `undefined` takes the filter away. @returns the one that was there. */
  async put(local: LocalStore, id: string, filter: PathsFilter | undefined): Promise<PathsFilter | undefined> {
    const { [id]: before, ...others } = await this.read(local);
    const stored: Stored = { reign: this.reign, filters: { ...others, ...(filter && { [id]: filter }) } };
    if (before !== undefined || filter !== undefined) local.put('record', { key: KEY, value: Buffer.from(JSON.stringify(stored)) });
    return before;
  }

  private refresh(): void {
    this.refreshing = this.refreshing.catch(() => undefined).then(async () => {
      this.filters = await this.read(this.store.local);
    });
    this.refreshing.catch((error: unknown) => this.logger.error('the paths filters could not be read again', { reason: reasonOf(error) }));
  }
}

export const streamNameOf = (filter: PathsFilter | undefined): string => (filter === undefined ? FULL_STREAM : filterId(filter));
