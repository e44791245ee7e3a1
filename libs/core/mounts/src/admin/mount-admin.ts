import {
  type EngineKind,
  type Migration,
  type MountEntry,
  type MountOrder,
  MountService,
  type MountTuning,
  type RequestScope,
} from '@tidelock/engine-api';
import { badRequest, type Logger } from '@tidelock/kernel';
import {
  type ChangePolicy,
  deleteRecord,
  readRecord,
  type ReplicatedChange,
  requireChangeable,
  unitOf,
} from '@tidelock/core/scope';
import type { Store, UnitOfWork } from '@tidelock/store';
import { openApiDocument } from '../describe/open-api';
import type { EngineRegistry } from '../registry/engine-registry';
import type { LeaseDefaults, Mount, MountRecord } from '../records/mount';
import { decodeMount, MOUNT_PREFIX, mountKey, putMount } from '../records/mount-records';
import type { MountTable } from '../table/mount-table';
import { findMigration, forgetMigrations, noteMigration, splitFormerMigrations } from './migrations';
import { checkDisable, checkRemount, newMountRecord, tunedRecord } from './mount-changes';
import { fullPath, mountPath, shortPath } from './mount-path';
import { MountPurger } from './mount-purger';

export interface MountAdminNeeds {
  readonly table: MountTable;
  readonly registry: EngineRegistry;
  readonly store: Pick<Store, 'begin' | 'local' | 'transact'>;
  readonly policy: ChangePolicy;
  readonly defaults: LeaseDefaults;
  readonly logger: Logger;
}

/** Makes, changes, moves and removes mounts within the request's unit of work. The table follows the commit. */
export class MountAdmin extends MountService {
  readonly purger: MountPurger;

  constructor(private readonly needs: MountAdminNeeds) {
    super();
    this.purger = new MountPurger(needs.store);
    needs.table.onUnmount(async (mount, when) => {
      if (when === 'after' && needs.table.byUuid(mount.uuid) === undefined) this.purger.finish(mount);
    });
  }

  list(kind: EngineKind): readonly MountEntry[] {
    return this.needs.table.list(kind);
  }

  find(kind: EngineKind, path: string): MountEntry | undefined {
    return this.needs.table.at(fullPath(kind, path));
  }

  mountAt(path: string): MountEntry | undefined {
    return this.needs.table.route(path)?.mount;
  }

  async enable(scope: RequestScope, order: MountOrder): Promise<MountEntry> {
    const { table, registry, defaults } = this.needs;
    const unit = unitOf(scope);
    const record = newMountRecord(order, registry, defaults);
    if (!record.local) requireChangeable(unit, this.needs.policy, { verb: 'add', what: 'mount' });
    await this.readTable(unit);
    const other = table.conflictAt(record.path);
    if (other !== undefined) throw badRequest(`path is already in use at ${shortPath(other.kind, other.path)}`);
    putMount(unit, record);
    return table.mountOf(record);
  }

  async disable(scope: RequestScope, kind: EngineKind, path: string): Promise<void> {
    const unit = unitOf(scope);
    const found = await this.recordAt(unit, fullPath(kind, path), 'unmount');
    if (found === undefined) return;
    checkDisable(found.record, this.needs.registry);
    const { uuid, local } = found.record;
    if (!local) requireChangeable(unit, this.needs.policy, { verb: 'unmount', what: 'mount' });
    deleteRecord(unit, local, mountKey(uuid));
    await forgetMigrations(unit, { uuid, local });
    await this.needs.table.announceUnmount(found.mount);
    await this.purger.begin(unit, uuid, local);
  }

  async tune(scope: RequestScope, kind: EngineKind, path: string, tuning: MountTuning): Promise<void> {
    const unit = unitOf(scope);
    const full = fullPath(kind, path);
    const found = await this.recordAt(unit, full, 'tune');
    if (found === undefined) throw badRequest(`tune of path ${JSON.stringify(full)} failed: no mount entry found`);
    const record = tunedRecord(found.record, tuning, this.needs.registry);
    if (!record.local) requireChangeable(unit, this.needs.policy, { verb: 'tune', what: 'mount' });
    putMount(unit, record);
  }

  async remount(scope: RequestScope, from: string, to: string): Promise<string> {
    const { table } = this.needs;
    const unit = unitOf(scope);
    const [source, target] = [mountPath(from), mountPath(to)];
    await this.readTable(unit);
    const found = await this.recordAt(unit, source, 'remount');
    if (found === undefined) throw badRequest(`no matching mount at ${JSON.stringify(source)}`);
    checkRemount(found.record, target, this.needs.registry);
    if (!found.record.local) requireChangeable(unit, this.needs.policy, { verb: 'remount', what: 'mount' });
    const other = table.conflictAt(target);
    if (other !== undefined) throw badRequest(`path already in use at ${JSON.stringify(other.path)}`);
    putMount(unit, { ...found.record, path: target });
    await table.announceUnmount(found.mount);
    const { uuid, local } = found.record;
    await splitFormerMigrations(unit, local, (path) => (path === source ? uuid : table.at(path)?.uuid));
    return noteMigration(unit, { uuid, local }, source, target);
  }

  migration(scope: RequestScope, id: string): Promise<Migration | undefined> {
    return findMigration(unitOf(scope), id);
  }

  openApi(mounts: readonly MountEntry[]): Record<string, unknown> {
    const declarationsAt = (path: string) => this.needs.table.route(path)?.engine.declarations ?? [];
    return openApiDocument(mounts.map(({ path, type }) => ({ path, type, declarations: declarationsAt(path) })));
  }

  /** Everything committed is in the table; a mount made, moved or removed before this unit commits overtakes it. */
  private async readTable(unit: UnitOfWork): Promise<void> {
    await this.needs.table.caughtUp();
    await Promise.all([unit.replicated.keys(MOUNT_PREFIX), unit.local.keys(MOUNT_PREFIX)]);
  }

  /** The mount at a full path, with its record as this unit sees it. A secondary that knows none may be late: its primary is to decide. */
  private async recordAt(
    unit: UnitOfWork,
    path: string,
    verb: ReplicatedChange['verb'],
  ): Promise<{ mount: Mount; record: MountRecord } | undefined> {
    await this.needs.table.caughtUp();
    const mount = this.needs.table.at(path);
    const value = mount && (await readRecord(unit, mount.local, mountKey(mount.uuid)));
    if (mount !== undefined && value !== undefined) return { mount, record: decodeMount(value) };
    requireChangeable(unit, this.needs.policy, { verb, what: 'mount' });
    return undefined;
  }
}
