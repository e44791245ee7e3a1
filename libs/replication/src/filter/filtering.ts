import type { FilterPreview } from '@tidelock/api-answers';
import type { Life } from '@tidelock/core/runtime';
import { type ForwardingLevel, type Logger, TidelockError } from '@tidelock/kernel';
import type { LocalStore, UnitOfWork } from '@tidelock/store';
import type { KeyChange } from '../keys/stream-key-rotation';
import { changeMember, type MemberReader, memberOrDamaged, readMember } from '../set-members/member-records';
import { FULL_STREAM, type MerkleServer, type PublishedStream } from '@tidelock/stream';
import { mayMakeBatchTokens } from '../set-members/member';
import { stateIn } from '../membership/known-secondary';
import type { Forwarder, ReplicationHost } from '../ports/host';
import { filterableMounts, previewFilter, warningsOfChange } from './filter-preview';
import { FilterStreams, type FilterStreamsParts } from './filter-streams';
import { MemberTrust } from './member-trust';
import { defaultLevel, listsByFolder, type PathsFilter, requireNoSingleton, withoutPath } from './paths-filter';
import { PathsFilters, streamNameOf } from './paths-filters';

export interface FilteringParts extends Omit<FilterStreamsParts, 'filters'> {
  readonly reign: string;
  readonly logger: Logger;
  /** @throws {TidelockError} INVALID_REQUEST for an id of this cluster itself. */
  readonly requireOther: (id: string) => Promise<void>;
  /** What unfiltered secondaries are given. */
  readonly whole: { readonly stream: () => PublishedStream; readonly server: MerkleServer };
  /** Runs a change together with a new key for the stream that it names, if any. */
  readonly withNewKey: (change: KeyChange) => Promise<unknown>;
  readonly host: Pick<ReplicationHost, 'endBatchTokens'>;
  /** A secondary follows another topic now. */
  readonly onMoved: (id: string) => Promise<void>;
}

/** What a primary knows of a former primary that wants to write something anew. */
export interface ReapplyingMember {
  readonly filter: PathsFilter | undefined;
  readonly level: ForwardingLevel;
}

/** A primary's paths filters, and what each secondary is given accordingly. */
export class Filtering {
  readonly filters: PathsFilters;
  private readonly streams: FilterStreams;
  private readonly trust: MemberTrust;

  constructor(private readonly parts: FilteringParts) {
    this.filters = new PathsFilters(parts.store, parts.reign, parts.logger);
    this.streams = new FilterStreams({ ...parts, filters: this.filters });
    this.trust = new MemberTrust(parts.store, this.filters, parts.logger);
  }

  async start(life: Pick<Life, 'begin'>): Promise<void> {
    await this.filters.load();
    await life.begin(this.streams);
    await this.streams.ready();
  }

  stop(): void {
    this.filters.close();
  }

  /**
   * Sets the filter of a secondary, or takes it away; it may have joined or not. The stream that an active one leaves gets a new key with
   * the same transaction: what is written from then on it cannot read, whatever it does.
   *
   * @param level what the primary does for it from now on; absent = as before.
   * @returns what the operator should know of the change.
   * @throws {TidelockError} INVALID_REQUEST for a filter of this cluster itself, or of a mount that every cluster has.
   */
  async set(id: string, filter: PathsFilter | undefined, level?: ForwardingLevel): Promise<string[]> {
    if (filter !== undefined) await this.requireFilterable(id, filter);
    const warnings = await this.warnings(id, filter);
    await this.change(id, filter, level);
    return warnings;
  }

  /** What an operator should know of a change before relying on it: mounts that it shows, paths and ids that nothing has. */
  async warnings(id: string, after: PathsFilter | undefined): Promise<string[]> {
    const mounts = (await filterableMounts(this.parts.store, this.parts.mounts)).map(({ path }) => path);
    const state = await stateIn(this.parts.store.local, id);
    const isKnown = state === 'pending' || state === 'active';
    return warningsOfChange({ id, isKnown, before: this.filters.of(id), after }, mounts);
  }

  /** Takes the filter of a revoked secondary away, with the caller's transaction. @returns the stream that it followed. */
  async forget(local: LocalStore, id: string): Promise<string> {
    await this.filters.putLevel(local, id, undefined);
    return streamNameOf(await this.filters.put(local, id, undefined));
  }

  /** A mount has left its path: what comes to lie there later is another. */
  async forgetPath(path: string): Promise<void> {
    for (const id of this.filters.ids()) {
      const filter = this.filters.of(id);
      if (filter?.paths.includes(path)) await this.change(id, withoutPath(filter, path));
    }
  }

  /** @param filter `undefined`: it is taken away. */
  async preview(
    id: string,
    filter: PathsFilter | undefined,
    level: ForwardingLevel = this.filters.chosenLevel(id) ?? defaultLevel(filter),
  ): Promise<FilterPreview> {
    if (filter !== undefined) await this.requireFilterable(id, filter);
    return {
      ...(await previewFilter(this.parts.store, this.parts.mounts, this.filters.of(id), filter)),
      forwarding: level,
    };
  }

  /** Mounts that fall under a secondary's filter by the folder they lie in; `undefined` without a filter. */
  async dynamicMounts(id: string): Promise<string[] | undefined> {
    const filter = this.filters.of(id);
    if (filter === undefined) return undefined;
    return (await filterableMounts(this.parts.store, this.parts.mounts))
      .map(({ path }) => path)
      .filter((path) => listsByFolder(filter, path));
  }

  /** Name of the stream that a secondary is to follow, begun if it is a filter's. @throws as `MemberTrust.levelOf` does. */
  async streamOf(id: string): Promise<string> {
    await this.trust.levelOf(id);
    return (await this.streams.of(id))?.name ?? FULL_STREAM;
  }

  /**
   * What a heartbeat tells a secondary: its stream, and how far that is published. It carries no data, so it comes also while the member record is
   * damaged: with it that is repaired.
   */
  async announcementTo(id: string) {
    const member = await memberOrDamaged(this.parts.store, id);
    const forwarding: ForwardingLevel = member === 'damaged' ? 'data' : await this.trust.levelBy(member, id);
    const filtered = await this.streams.of(id);
    const head = (filtered?.stream ?? this.parts.whole.stream()).head();
    return { name: filtered?.name ?? FULL_STREAM, head, forwarding };
  }

  /** Which stream a secondary follows, as the caller's transaction sees it; `undefined` = it is given none. */
  streamIn(unit: Pick<UnitOfWork, 'local' | 'replicated'>, id: string): Promise<string | undefined> {
    return this.trust.streamIn(unit, id);
  }

  /** @throws as `MemberTrust.levelOf` does. */
  async merkleOf(id: string): Promise<MerkleServer> {
    await this.trust.levelOf(id);
    return (await this.streams.of(id))?.server ?? this.parts.whole.server;
  }

  /** What is known of a secondary that sends requests on. @throws as `MemberTrust.levelOf` does. */
  async forwarderOf(id: string): Promise<Forwarder> {
    const level = await this.trust.levelOf(id);
    const hidden = (await this.streams.of(id))?.mounts.mounts.hiddenPaths() ?? [];
    return { secondaryId: id, level, hidden };
  }

  /**
   * What is known of a former primary that writes something anew.
   *
   * @param replicated of the unit in which it writes: a change of its filter or level, which changes its member record, overtakes that.
   * @throws as `MemberTrust.levelOf` does.
   */
  async reapplyingOf(replicated: MemberReader, id: string): Promise<ReapplyingMember> {
    const member = await readMember(replicated, id);
    if (member?.state === 'revoked') throw new TidelockError('PERMISSION_DENIED', `the secondary ${id} is revoked`);
    await this.filters.caughtUp();
    return { level: await this.trust.levelBy(member, id), filter: this.filters.of(id) };
  }

  /** Index of the last message that the broker has acknowledged on a stream. */
  publishedIndex(stream: string): number {
    return (this.streams.named(stream)?.stream ?? this.parts.whole.stream()).position().index;
  }

  /** Index of the last row of the journal that every filter's stream has behind it. */
  scanned(): number {
    return this.streams.scanned();
  }

  /** What status tells of one secondary's stream. `merkle_root`: what the secondary's own is to be; `""` while it is being built. */
  status(id: string) {
    const { store, whole } = this.parts;
    const stream = this.filters.streamOf(id);
    const filtered = this.streams.named(stream);
    return {
      forwarding: this.filters.levelOf(id),
      stream,
      ...(filtered && { hidden_mounts: filtered.mounts.mounts.hiddenCount }),
      merkle_root: stream === FULL_STREAM ? store.merkle.root() : (filtered?.merkle.currentRoot ?? ''),
      head: (filtered?.stream ?? whole.stream()).head(),
    };
  }

  /** Who is believed less from now on has the key of the batch tokens still. */
  private async changeTrust(unit: UnitOfWork, id: string, filtered: boolean): Promise<void> {
    const change = { filtered, forwarding: await this.filters.levelIn(unit.local, id) };
    const before = await changeMember(unit.replicated, id, change);
    if (before && mayMakeBatchTokens(before) && !mayMakeBatchTokens({ ...before, ...change }))
      await this.parts.host.endBatchTokens(unit);
  }

  private requireFilterable(id: string, filter: PathsFilter): Promise<void> {
    requireNoSingleton(filter, this.parts.mounts.singletons);
    return this.parts.requireOther(id);
  }

  private async change(id: string, filter: PathsFilter | undefined, level?: ForwardingLevel): Promise<void> {
    await this.parts.withNewKey(async (unit) => {
      const { local } = unit;
      if (level !== undefined) await this.filters.putLevel(local, id, level);
      const left = streamNameOf(await this.filters.put(local, id, filter));
      await this.changeTrust(unit, id, filter !== undefined);
      const isActive = (await stateIn(local, id)) === 'active';
      return isActive && left !== streamNameOf(filter) ? left : undefined;
    });
    await this.filters.caughtUp();
    await this.parts.onMoved(id);
  }
}
