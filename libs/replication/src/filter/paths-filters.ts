import { type ForwardingLevel, type Logger, reasonOf } from '@tidelock/kernel';
import type { LocalReader, LocalStore, Store } from '@tidelock/store';
import { FULL_STREAM } from '@tidelock/stream';
import { defaultLevel, filterId, type PathsFilter } from './paths-filter';

/** Local record of all filters. */
export const FILTERS = 'replication/paths-filters';

/** The stored form: one row for all, so that a change of any of them overtakes whoever has read it. */
interface Stored {
  /** They belong to one reign: a promotion gives new ids, and new filters to them. */
  readonly reign: string;
  readonly filters: Readonly<Record<string, PathsFilter>>;
  /** Levels that an operator has chosen. */
  readonly forwarding?: Readonly<Record<string, ForwardingLevel>>;
}

type Known = Omit<Stored, 'reign'>;

/** The primary's paths filters by secondary id, those of ids that nobody has yet included: kept in memory as committed. */
export class PathsFilters {
  private known: Known = { filters: {} };
  private stopListening: (() => void) | undefined;
  /** One after the other: an older reading must not bring back what a newer one has seen go. */
  private refreshing: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Pick<Store, 'local' | 'onCommit'>,
    private readonly reign: string,
    private readonly logger: Logger,
  ) {}

  async load(): Promise<void> {
    await this.take();
    this.stopListening = this.store.onCommit({
      committed: ({ localRows }) => {
        if (localRows.some(({ table, id }) => table === 'record' && id === FILTERS)) this.refresh();
      },
      reloaded: () => this.refresh(),
    });
  }

  close(): void {
    this.stopListening?.();
  }

  /** Resolves when everything committed so far is known here. */
  caughtUp(): Promise<void> {
    return this.refreshing;
  }

  /** Reads them as they are stored now. */
  readAgain(): Promise<void> {
    this.refresh();
    return this.caughtUp();
  }

  of(id: string, { filters }: Known = this.known): PathsFilter | undefined {
    return Object.hasOwn(filters, id) ? filters[id] : undefined;
  }

  /** What the primary is to do for a secondary. `MemberTrust` tells what it does. */
  levelOf(id: string, known = this.known): ForwardingLevel {
    return this.chosenLevel(id, known) ?? defaultLevel(this.of(id, known));
  }

  chosenLevel(id: string, { forwarding = {} }: Known = this.known): ForwardingLevel | undefined {
    return Object.hasOwn(forwarding, id) ? forwarding[id] : undefined;
  }

  ids(): string[] {
    return Object.keys(this.known.filters);
  }

  streamOf(id: string): string {
    return streamNameOf(this.of(id));
  }

  /** As the caller's transaction sees them. */
  async read(local: LocalReader): Promise<Stored['filters']> {
    return (await this.stored(local)).filters;
  }

  /** With the caller's transaction. `undefined` takes the filter away. @returns the one that was there. */
  async put(local: LocalStore, id: string, filter: PathsFilter | undefined): Promise<PathsFilter | undefined> {
    const stored = await this.stored(local);
    const { [id]: before, ...others } = stored.filters;
    if (before !== undefined || filter !== undefined)
      this.write(local, { ...stored, filters: { ...others, ...(filter && { [id]: filter }) } });
    return before;
  }

  /** As the caller's transaction sees it. */
  async levelIn(local: LocalReader, id: string): Promise<ForwardingLevel> {
    return this.levelOf(id, await this.stored(local));
  }

  /** With the caller's transaction. `undefined` goes back to the default. */
  async putLevel(local: LocalStore, id: string, level: ForwardingLevel | undefined): Promise<void> {
    const { forwarding: { [id]: before, ...others } = {}, ...stored } = await this.stored(local);
    if (before !== level) this.write(local, { ...stored, forwarding: { ...others, ...(level && { [id]: level }) } });
  }

  private async stored(local: LocalReader): Promise<Stored> {
    const row = await local.row('record', FILTERS);
    const stored = row && (JSON.parse(row.value.toString('utf8')) as Stored);
    return stored?.reign === this.reign ? stored : { reign: this.reign, filters: {} };
  }

  private write(local: LocalStore, stored: Stored): void {
    local.put('record', { key: FILTERS, value: Buffer.from(JSON.stringify(stored)) });
  }

  private async take(): Promise<void> {
    this.known = await this.stored(this.store.local);
  }

  private refresh(): void {
    this.refreshing = this.refreshing.catch(() => undefined).then(() => this.take());
    this.refreshing.catch((error: unknown) =>
      this.logger.error('the paths filters could not be read again', { reason: reasonOf(error) }),
    );
  }
}

export const streamNameOf = (filter: PathsFilter | undefined): string =>
  filter === undefined ? FULL_STREAM : filterId(filter);
