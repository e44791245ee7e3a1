import {
  type AdmissionRequest,
  type PathsFilterOrder,
  type PrimaryUpdate,
  type PromotionRequest,
  type QuarantinedFacts,
  type QuarantinedPreview,
  type ReindexOptions,
  ReplicationService,
  type RequestScope,
  type RoleChange,
  type SecondaryActivation,
} from '@tidelock/engine-api';
import { badRequest, type Clock, type ForwardingLevel, type Logger, reasonOf, TidelockError } from '@tidelock/kernel';
import type { PrimaryStatus } from '@tidelock/api-answers';
import { unitOf } from '@tidelock/core/scope';
import {
  allMembers,
  checkSecondaryId,
  encryptTo,
  forwardingLevelOf,
  newPendingKey,
  parsePublicKey,
  pathsFilterOf,
  performanceHistory,
  performanceStatus,
  previewOf,
  previewQuarantineOf,
  previewUpdateOf,
  type ReplicationNode,
  type RotatedKey,
} from '@tidelock/replication';
import type { MerkleStore, Store } from '@tidelock/store';

export interface AdministrationSettings {
  readonly apiAddr: string;
  readonly discardWipedStore: boolean;
  readonly sealed: () => boolean;
  /** Everything that is mounted: engines, auth methods, audit devices. */
  readonly mounts: () => readonly { readonly path: string; readonly local: boolean }[];
}

const keysHeldBy = (id: string): string =>
  `secondary "${id}" held the keys of the set: with a copy of any database of the set, or of a backup, it reads what is in it. ` +
  'Run sys/rekey, then sys/rotate: what is written after both it cannot open. Change what it has had';
const afterRevocation = (id: string): string => `${keysHeldBy(id)}. All batch tokens of the set have ended`;

/** `sys/replication` on top of this cluster's replication node. */
export class ReplicationAdministration extends ReplicationService {
  constructor(
    private readonly node: ReplicationNode,
    private readonly store: Store & Pick<MerkleStore, 'merkle'>,
    private readonly logger: Logger,
    private readonly clock: Clock,
    private readonly settings: AdministrationSettings,
  ) {
    super();
  }

  override get apiAddr(): string {
    return this.settings.apiAddr;
  }

  override async status(): Promise<Readonly<Record<string, unknown>>> {
    if (this.settings.sealed()) throw new TidelockError('SEALED');
    const status = performanceStatus(this.node, this.store);
    const members = this.node.mode === 'disabled' ? undefined : await this.members();
    return { ...status, ...(members && { members }) };
  }

  override history(since: number | undefined): Readonly<Record<string, unknown>> {
    if (this.settings.sealed()) throw new TidelockError('SEALED');
    return { ...performanceHistory(this.node, this.clock, since) };
  }

  /** The status is what an operator looks at first: it is told without a database, too. */
  private async members(): Promise<PrimaryStatus['members']> {
    try {
      return (await allMembers(this.store.replicated)).map(({ id, state, epoch }) => ({
        id,
        state,
        since_epoch: epoch,
      }));
    } catch (error) {
      this.logger.debug('the members cannot be told', { reason: reasonOf(error) });
      return undefined;
    }
  }

  override enablePrimary(primaryClusterAddr: string): Promise<void> {
    return this.node.enablePrimary(primaryClusterAddr);
  }

  override async admitSecondary(
    scope: RequestScope,
    { id, ttlSeconds, forwarding }: AdmissionRequest,
  ): Promise<Readonly<Record<string, unknown>>> {
    const order = { ttlSeconds, ...(forwarding !== undefined && { forwarding: forwardingLevelOf(forwarding) }) };
    return { ...(await this.node.requirePrimary().admit(id, order, unitOf(scope).local)) };
  }

  override async admitSecondaryWithKey(
    scope: RequestScope,
    admission: AdmissionRequest,
    publicKey: string,
  ): Promise<string> {
    const key = await parsePublicKey(publicKey);
    return encryptTo(key, await this.admitSecondary(scope, admission));
  }

  override async generatePublicKey(scope: RequestScope): Promise<string> {
    this.node.requireNotPrimary();
    return newPendingKey(unitOf(scope).local);
  }

  override activationWarnings(id: string): Promise<readonly string[]> {
    return this.node.requirePrimary().activationWarnings(id);
  }

  override async revokeSecondary(id: string): Promise<readonly string[]> {
    return (await this.node.requirePrimary().revoke(id)) ? [afterRevocation(id)] : [];
  }

  override async previewRevocation(id: string): Promise<{ facts: object; warnings: readonly string[] }> {
    const facts = await this.node.requirePrimary().previewRevocation(id);
    return { facts, warnings: facts.held_keys ? [keysHeldBy(id)] : [] };
  }

  override rotateStreamKey(): Promise<RotatedKey> {
    return this.node.requirePrimary().rotateStreamKey();
  }

  override async enableSecondary(activation: SecondaryActivation): Promise<{ readonly warnings: readonly string[] }> {
    const admission = await this.node.askForAdmission(activation);
    // The answer leaves first: the join takes the service down.
    setImmediate(() => {
      this.node.join(admission).catch((error: unknown) => {
        this.logger.error('joining the replication set failed; the cluster is sealed', { reason: reasonOf(error) });
      });
    });
    return { warnings: [this.wipeWarning()] };
  }

  override async demotePrimary(force: boolean): Promise<{ readonly warnings: readonly string[] }> {
    const unpublished = await this.node.demote(force);
    const warning = `${unpublished} mutations are not on the broker: no other cluster has them. They stay here, and go into quarantine when this cluster follows another primary.`;
    return { warnings: unpublished > 0 ? [warning] : [] };
  }

  override disablePrimary(): Promise<void> {
    return this.node.disablePrimary();
  }

  override disableSecondary(): Promise<void> {
    return this.node.disableSecondary();
  }

  override promoteSecondary(promotion: PromotionRequest): Promise<void> {
    return this.node.promote(promotion);
  }

  override async updatePrimary(update: PrimaryUpdate): Promise<void> {
    if (update === undefined) return this.node.forgetPrimary();
    if ('addresses' in update) return void (await this.node.updatePrimaryAddresses(update.addresses));
    await this.node.rejoin(await this.node.askForReadmission(update.activation));
  }

  override async previewUpdatePrimary(update: PrimaryUpdate): Promise<Readonly<Record<string, unknown>>> {
    return previewUpdateOf(this.node, update);
  }

  override preview(change: RoleChange): Promise<Readonly<Record<string, unknown>>> {
    return previewOf(change, this.node, this.store);
  }

  override pathsFilter(id: string): PathsFilterOrder | undefined {
    const { filters } = this.node.filtering;
    const filter = filters.of(id);
    return filter && { ...filter, forwarding: filters.levelOf(id) };
  }

  override pathsFilters(): Readonly<Record<string, PathsFilterOrder>> {
    const ids = this.node.filtering.filters.ids();
    return Object.fromEntries(ids.map((id) => [id, this.pathsFilter(id) as PathsFilterOrder]));
  }

  override async setPathsFilter(id: string, filter: PathsFilterOrder | undefined): Promise<readonly string[]> {
    const { filtering } = this.node;
    if (filter === undefined) return filtering.set(id, undefined);
    checkSecondaryId(id);
    return filtering.set(id, pathsFilterOf(filter.mode, filter.paths), levelIn(filter));
  }

  override async previewPathsFilter(
    id: string,
    order: PathsFilterOrder | undefined,
  ): Promise<{ facts: object; warnings: readonly string[] }> {
    const { filtering } = this.node;
    if (order !== undefined) checkSecondaryId(id);
    const filter = order && pathsFilterOf(order.mode, order.paths);
    return {
      facts: await filtering.preview(id, filter, levelIn(order)),
      warnings: await filtering.warnings(id, filter),
    };
  }

  override dynamicFilter(id: string): Promise<readonly string[] | undefined> {
    return this.node.filtering.dynamicMounts(id);
  }

  override async ownDynamicFilter(id: string): Promise<readonly string[] | undefined> {
    const mounts = await this.node.callPrimary<string[] | null>('dynamic-filter', {});
    return id === this.node.role.secondaryId && mounts !== null ? mounts : undefined;
  }

  override async quarantined(): Promise<readonly QuarantinedFacts[]> {
    const mutations = await this.node.quarantine.list();
    return mutations.map(({ cause, ...facts }) => ({ ...facts, ...cause }));
  }

  override async discardQuarantined(indexes: readonly number[] | 'all'): Promise<void> {
    const { quarantine } = this.node;
    await quarantine.drop(indexes === 'all' ? await quarantine.list() : await quarantine.take(indexes));
  }

  override allowReapply(id: string, ttlSeconds: number): number {
    return this.node.requirePrimary().allowReapply(id, ttlSeconds);
  }

  override async reapplyQuarantined(indexes: readonly number[] | 'all'): Promise<void> {
    await this.node.reapplyQuarantined(
      indexes === 'all' ? (await this.node.quarantine.list()).map(({ index }) => index) : indexes,
    );
  }

  override async previewQuarantined(
    change: 'discard' | 'reapply',
    indexes: readonly number[] | 'all',
  ): Promise<QuarantinedPreview> {
    return previewQuarantineOf(this.node, change, indexes);
  }

  override merkleCheck(): Promise<Readonly<Record<string, unknown>>> {
    return this.node.healing.merkleCheck();
  }

  override reindex(options: ReindexOptions): void {
    this.node.healing.reindex(options);
  }

  override recover(): void {
    if (this.node.mode === 'disabled') throw badRequest('performance replication is not enabled on this cluster');
    this.node.healing.recover();
  }

  override skipPoison(index: number): Promise<void> {
    return this.node.healing.skipPoison(index);
  }

  override async previewEnableSecondary(activation: SecondaryActivation): Promise<Readonly<Record<string, unknown>>> {
    const { primary } = await this.node.inspectActivation(activation);
    const { discardWipedStore, mounts } = this.settings;
    const [tokens, leases] = await Promise.all([this.store.local.count('token'), this.store.local.count('lease')]);
    const pathsOf = (local: boolean): string[] =>
      mounts()
        .filter((mount) => mount.local === local)
        .map(({ path }) => path);
    return {
      would: `join the replication set of the primary at ${primary}; everything of this cluster is wiped`,
      wiped: { mounts: pathsOf(false), local_mounts: pathsOf(true), tokens, leases },
      wiped_store: discardWipedStore ? 'deleted' : 'set aside',
    };
  }

  private wipeWarning(): string {
    const fate = this.settings.discardWipedStore
      ? 'deleted'
      : 'set aside, encrypted as it was; the log names the place';
    return `All data of this cluster, local mounts and tokens included, is wiped: the old store is ${fate}.`;
  }
}

const levelIn = (filter: PathsFilterOrder | undefined): ForwardingLevel | undefined =>
  filter?.forwarding === undefined ? undefined : forwardingLevelOf(filter.forwarding);
