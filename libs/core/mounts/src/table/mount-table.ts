import type { EngineInstance, EngineKind, EngineOptions } from '@tidelock/engine-api';
import type { Attempts } from '@tidelock/core/outside';
import type { Life, Part } from '@tidelock/core/runtime';
import { readRecord } from '@tidelock/core/scope';
import { type Clock, type Logger, reasonOf } from '@tidelock/kernel';
import type { CommittedChange, Store, UnitOfWork } from '@tidelock/store';
import { levelOfMount } from './mount-level';
import type { LeasedEngine, LeasedEngines, MountedEngine } from './leased-engines';
import { PathTable } from '../paths/path-table';
import { OpenMount } from '../open/open-mount';
import { OpenMounts } from '../open/open-mounts';
import type { EngineRegistry, RegisteredEngine } from '../registry/engine-registry';
import { ENTRY_PREFIX, entryPrefix, storageViewOf } from '../storage/storage-view';
import { type LeaseDefaults, type Mount, mountOf, type MountRecord } from '../records/mount';
import { MountCatalog, type MountConflict, type Served } from './mount-catalog';
import { decodeMount, MOUNT_PREFIX, readMounts } from '../records/mount-records';

/** Where a path leads. */
export interface Route {
  readonly mount: Mount;
  readonly engine: PathTable;
  readonly options: EngineOptions;
  /** Provider marked with `@Engine`; absent when this build has no such engine. */
  readonly instance: EngineInstance | undefined;
  /** What it keeps for the mount; absent as `instance`. */
  readonly open: OpenMount | undefined;
  /** The path below the mount. */
  readonly relative: string;
}

/**
 * Told that a mount is unmounted from its path (disabled or moved): its leases and tokens have to go. `before` the commit, while it
 * can still be asked, and again `after` it; on clusters other than the one that was asked, only `after`. May come twice.
 */
export type UnmountListener = (mount: Mount, when: 'before' | 'after') => Promise<void>;

export interface MountTableNeeds {
  readonly store: Pick<Store, 'replicated' | 'local' | 'onCommit'>;
  readonly attempts: Pick<Attempts, 'transact'>;
  readonly registry: EngineRegistry;
  readonly defaults: LeaseDefaults;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether this cluster writes replicated state. */
  readonly writesHere: () => boolean;
}

interface ChangedRecord {
  readonly key: string;
  readonly local: boolean;
}

const NO_PATHS = new PathTable([]);

/**
 * All mounts in memory: loaded on unseal from both record families, then kept equal to what is committed, whoever
 * committed it. `caughtUp` tells when the last commits are in.
 */
export class MountTable implements Part, LeasedEngines {
  readonly name = 'mounts';
  private readonly catalog = new MountCatalog();
  private readonly dirty = new Map<string, ChangedRecord>();
  /** Any record may have changed. */
  private stale = false;
  private refreshing: Promise<void> | undefined;
  private active = false;
  private loading = false;
  /** Changes with each load and clear: what was read for an earlier one is thrown away. */
  private generation = 0;
  private readonly unmountListeners: UnmountListener[] = [];
  private readonly mountListeners: (() => void)[] = [];
  /** A part for each mount. */
  readonly parts: OpenMounts;

  constructor(private readonly needs: MountTableNeeds) {
    this.parts = new OpenMounts(needs.logger);
    needs.store.onCommit({ committed: (change) => this.noteCommit(change), reloaded: () => this.noteReload() });
  }

  start(life: Life): void {
    this.parts.liveIn(life);
  }

  /** Reads all mounts. @throws {TidelockError} SEALED without a keyring. */
  async load(): Promise<void> {
    this.clear();
    this.active = true;
    const { generation } = this;
    this.loading = true;
    const records = await readMounts(this.needs.store).finally(() => (this.loading = false));
    if (generation !== this.generation) return;
    for (const record of records) this.take(record);
    this.rebuild();
    await this.caughtUp();
  }

  /** On seal: nothing is mounted. */
  stop(): void {
    this.clear();
    this.parts.liveIn(undefined);
  }

  private clear(): void {
    this.generation += 1;
    this.active = false;
    this.stale = false;
    this.dirty.clear();
    for (const { open } of this.catalog.all()) this.close(open);
    this.catalog.clear();
  }

  /** Waits for commits that are not in the table yet; `undefined` when there are none, which is the rule. */
  caughtUp(): Promise<void> | undefined {
    return this.refreshing === undefined && !this.isBehind ? undefined : this.startRefresh();
  }

  route(path: string): Route | undefined {
    const served = this.catalog.route(path);
    if (served === undefined) return undefined;
    const { mount, engine, open } = served;
    return {
      mount,
      engine: engine?.table ?? NO_PATHS,
      options: engine?.options ?? { kind: mount.kind, type: mount.type, help: '' },
      instance: engine?.instance,
      open,
      relative: path.slice(mount.path.length),
    };
  }

  /** The engine behind a path with its storage, for renewals and revocations. */
  engineOf(unit: UnitOfWork, path: string): LeasedEngine | undefined {
    const served = this.catalog.route(path);
    return served && mountedIn(unit, served);
  }

  /** The mount wherever it is now, also where this build has no engine for it; `undefined`: it is gone. */
  mountIn(unit: UnitOfWork, uuid: string): MountedEngine | undefined {
    return mountedOr(unit, this.catalog.get(uuid));
  }

  mountWith(unit: UnitOfWork, accessor: string): MountedEngine | undefined {
    return mountedOr(unit, this.catalog.withAccessor(accessor));
  }

  /** Sorted by path. What a local mount hides is not among them: see `conflicts`. */
  list(kind?: EngineKind): readonly Mount[] {
    return this.catalog.list(kind);
  }

  /** The mount at exactly this full path. */
  at(path: string): Mount | undefined {
    const mount = this.catalog.route(path)?.mount;
    return mount?.path === path ? mount : undefined;
  }

  /** Beginning of the keys of what the mount at exactly this full path stores. */
  prefixAt(path: string): string | undefined {
    const mount = this.at(path);
    return mount && entryPrefix(mount.uuid);
  }

  byUuid(uuid: string): Mount | undefined {
    return this.catalog.get(uuid)?.mount;
  }

  /** A mount that one at `path` could not stand beside. */
  conflictAt(path: string): Mount | undefined {
    return this.catalog.conflict(path)?.mount;
  }

  /** Replicated mounts that local ones hide: the operator removes the local ones. */
  get conflicts(): readonly MountConflict[] {
    return this.catalog.conflicts;
  }

  /** A mount as it would be served, for one that is only being made. */
  mountOf(record: MountRecord): Mount {
    return mountOf(record, this.needs.defaults);
  }

  /** Told after mounts have come that were not here: new ones, and those that a filter had hidden. */
  onMount(listener: () => void): void {
    this.mountListeners.push(listener);
  }

  onUnmount(listener: UnmountListener): void {
    this.unmountListeners.push(listener);
  }

  /** @throws what the first failing listener throws. */
  async announceUnmount(mount: Mount, when: 'before' | 'after' = 'before'): Promise<void> {
    for (const listener of this.unmountListeners) await listener(mount, when);
  }

  private get isBehind(): boolean {
    return this.stale || this.dirty.size > 0;
  }

  private noteCommit({ replicatedKeys, localRows }: CommittedChange): void {
    if (!this.active) return;
    for (const key of replicatedKeys) this.noteKey(key, false);
    for (const { table, id } of localRows) if (table === 'record') this.noteKey(id, true);
    this.refreshSoon();
  }

  private noteReload(): void {
    if (!this.active) return;
    this.stale = true;
    for (const { uuid } of this.list()) this.invalidate(`${ENTRY_PREFIX}${uuid}/`);
    this.refreshSoon();
  }

  private refreshSoon(): void {
    // What is being read may be older; a load refreshes at its end.
    if (!this.isBehind || this.loading) return;
    this.startRefresh().catch((error: unknown) => {
      this.needs.logger.error('the mount table could not be read again; the next request tries it', {
        reason: reasonOf(error),
      });
    });
  }

  private noteKey(key: string, local: boolean): void {
    if (key.startsWith(ENTRY_PREFIX)) this.invalidate(key);
    else if (key.startsWith(MOUNT_PREFIX)) this.dirty.set(`${local} ${key}`, { key, local });
  }

  private invalidate(key: string): void {
    const slash = key.indexOf('/', ENTRY_PREFIX.length);
    this.catalog.get(key.slice(ENTRY_PREFIX.length, slash))?.open?.invalidate(key.slice(slash + 1));
  }

  private startRefresh(): Promise<void> {
    return (this.refreshing ??= this.refresh().finally(() => (this.refreshing = undefined)));
  }

  private async refresh(): Promise<void> {
    while (this.isBehind) {
      const { generation } = this;
      if (this.stale) await this.noteAll();
      const batch = [...this.dirty];
      this.dirty.clear();
      const values = await this.readAgain(batch);
      if (generation !== this.generation) return;
      const isNew = batch.some(
        ([, { key }], at) => values[at] && this.byUuid(key.slice(MOUNT_PREFIX.length)) === undefined,
      );
      const left = batch.flatMap(([, { key }], at) => this.replace(key, values[at]));
      this.rebuild();
      for (const mount of left) void this.announceUnmounted(mount);
      if (isNew) for (const listener of this.mountListeners) listener();
    }
  }

  /** Every record that is there counts as changed, and every mount that is known here. */
  private async noteAll(): Promise<void> {
    const { generation } = this;
    const records = await readMounts(this.needs.store);
    if (generation !== this.generation) return;
    this.stale = false;
    for (const { uuid, local } of [...records, ...this.catalog.all().map(({ mount }) => mount)])
      this.noteKey(MOUNT_PREFIX + uuid, local);
  }

  private async readAgain(batch: readonly (readonly [string, ChangedRecord])[]): Promise<(Buffer | undefined)[]> {
    const { generation } = this;
    try {
      return await Promise.all(batch.map(([, { key, local }]) => readRecord(this.needs.store, local, key)));
    } catch (error) {
      if (generation === this.generation) for (const [name, record] of batch) this.dirty.set(name, record);
      throw error;
    }
  }

  /** @returns the mount that has left its path by this change. */
  private replace(key: string, value: Buffer | undefined): Mount[] {
    const uuid = key.slice(MOUNT_PREFIX.length);
    const before = this.byUuid(uuid);
    if (value === undefined) {
      this.close(this.catalog.get(uuid)?.open);
      this.catalog.delete(uuid);
    } else this.take(decodeMount(value));
    return before !== undefined && this.byUuid(uuid)?.path !== before.path ? [before] : [];
  }

  private take(record: MountRecord): void {
    const mount = this.mountOf(record);
    const engine = this.needs.registry.find(mount.kind, mount.type, mount.options['version']);
    if (engine === undefined)
      this.needs.logger.warn('a mount has no engine in this build', { path: mount.path, type: mount.type });
    const known = this.catalog.get(mount.uuid)?.open;
    const open = known?.engine === engine ? known : engine && this.openMount(mount, engine);
    this.catalog.set({ mount, engine, open });
    if (known !== open) this.close(known);
    if (open !== undefined && known !== open) this.parts.add(open);
  }

  private openMount(mount: Mount, engine: RegisteredEngine): OpenMount {
    return new OpenMount(engine, () => this.byUuid(mount.uuid) ?? mount, this.needs);
  }

  private close(open: OpenMount | undefined): void {
    if (open !== undefined) void this.parts.remove(open);
  }

  private rebuild(): void {
    const known = new Set(this.conflicts.map(({ accessor }) => accessor));
    this.catalog.rebuild();
    for (const { path, accessor, localPath } of this.conflicts) {
      if (known.has(accessor)) continue;
      this.needs.logger.error('a replicated mount is hidden by an existing local mount', { path, localPath });
    }
  }

  private async announceUnmounted(mount: Mount): Promise<void> {
    await this.announceUnmount(mount, 'after').catch((error: unknown) => {
      this.needs.logger.error('what a former mount left behind could not be removed', {
        path: mount.path,
        reason: reasonOf(error),
      });
    });
  }
}

const mountedOr = (unit: UnitOfWork, served: Served | undefined): MountedEngine | undefined =>
  served && (mountedIn(unit, served) ?? { mount: served.mount });

function mountedIn(unit: UnitOfWork, { mount, engine, open }: Served): LeasedEngine | undefined {
  if (engine === undefined || open === undefined) return undefined;
  const { instance, options } = engine;
  return { instance, mount, open, level: levelOfMount(options), storage: storageViewOf(unit, mount, options) };
}
