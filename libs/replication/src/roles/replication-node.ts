import { setTimeout as sleep } from 'node:timers/promises';
import { badRequest, reasonOf } from '@tidelock/kernel';
import type { LocalStore } from '@tidelock/store';
import type { CallOptions } from '../cluster-port/cluster-client';
import type { ActivationBundle } from '../join/bundle';
import type { Filtering } from '../filter/filtering';
import { Healing } from '../healing/healing';
import { type ActivationOrder, type Admission, admissionFrom, inspectActivation } from '../join/joiner';
import type { RotatedKey } from '../keys/stream-key-rotation';
import type { Succession } from '../publish/succession';
import type { BrokerSettings } from '../ports/stream';
import { Quarantine } from '../quarantine/quarantine';
import { reapply, reapplyEach } from '../quarantine/reapply';
import { requireClusterAddress } from './cluster-address';
import { demote } from './demotion';
import { leaveSet } from './departure';
import { type OpenStream, PrimaryRole } from './primary-role';
import { type BrokerAccess, Promotion, type PromotionOrder } from './promotion';
import type { SafetyCheck } from './promotion-checks';
import { adoptKeyring, leavesKeysBehind } from './keyring-change';
import { addressesThatAnswer, rejoin, requireSameSet } from './rejoin';
import { NO_ROLE, readRole, type ReplicationMode, type Role } from './role-store';
import { type OpenFollower, SecondaryRole } from './secondary-role';
import type { ReplicationParts } from './settings';
import { stepDown } from './step-down';
import { writeRefusal } from './write-refusal';

const POLL_MS = 50;

/** How the broker is reached in each role. */
export interface StreamAdapters {
  readonly openStream: OpenStream;
  readonly openFollower: OpenFollower;
  /** For a promotion, which takes a topic over that it follows. */
  readonly openBroker: (broker: BrokerSettings) => BrokerAccess;
}

/** This cluster's place in its replication set: which role it has, and how it changes. */
export class ReplicationNode {
  readonly quarantine: Quarantine;
  readonly healing: Healing;
  private current: PrimaryRole | SecondaryRole | undefined;
  private sealedRole: Role | undefined;
  private changing = false;
  private writesStopped = false;
  /** A later epoch than that of this primary, as long as it has not stepped down. */
  private succession: Succession | undefined;

  constructor(
    private readonly parts: ReplicationParts,
    private readonly adapters: StreamAdapters,
  ) {
    this.quarantine = new Quarantine(parts.store, parts.logger);
    this.healing = new Healing(parts, () => this.asSecondary?.stream);
    parts.store.guardReplicatedWrites(() => {
      const refusal = writeRefusal(this.role, this.writesStopped || this.succession !== undefined);
      if (refusal !== undefined) throw refusal;
    });
  }

  /** Reads the role from the store; does not start anything. Called once the store is open, sealed or not. */
  async load(): Promise<void> {
    this.sealedRole = await readRole(this.parts.store.local);
  }

  get role(): Role {
    return this.current?.role ?? this.sealedRole ?? NO_ROLE;
  }

  get mode(): ReplicationMode {
    return this.role.mode;
  }

  get isSecondary(): boolean {
    return this.mode === 'secondary' || this.mode === 'bootstrapping';
  }

  get asPrimary(): PrimaryRole | undefined {
    return this.current instanceof PrimaryRole ? this.current : undefined;
  }

  get asSecondary(): SecondaryRole | undefined {
    return this.current instanceof SecondaryRole ? this.current : undefined;
  }

  /** Takes the role up again after an unseal. */
  async resume(): Promise<void> {
    const role = await readRole(this.parts.store.local);
    this.sealedRole = role;
    await this.quarantine.load();
    await this.healing.start();
    if (role.mode === 'primary') await this.reignAs(role);
    else if (role.mode !== 'disabled') await this.followAs(role);
  }

  /** Lets go of everything that needs keys, before a seal or a stop. */
  async pause(): Promise<void> {
    const role = this.current;
    this.sealedRole = this.role;
    await this.healing.stop();
    this.current = undefined;
    await role?.stop();
  }

  /**
   * @param primaryClusterAddr empty, or `https://host:port`.
   * @throws {TidelockError} INVALID_REQUEST on a secondary, without a broker, or for an address that is none.
   */
  async enablePrimary(primaryClusterAddr: string): Promise<void> {
    requireClusterAddress(primaryClusterAddr);
    const primary = this.asPrimary;
    if (primary) return primary.advertise(primaryClusterAddr);
    if (this.isSecondary) throw badRequest('cluster is already a performance replication secondary; it must be promoted');
    if (this.parts.settings.broker === undefined) {
      throw badRequest('replication needs a broker: add a broker "kafka" stanza to the configuration and restart');
    }
    await this.once(async () => {
      await this.reignAs(await PrimaryRole.found(this.parts, primaryClusterAddr));
    });
  }

  /** @returns mutations that no other cluster can have, because the broker has not got them. */
  async demote(): Promise<number> {
    const primary = this.requirePrimary();
    return this.withoutWrites(async () => {
      const { role, unpublished } = await demote(this.parts, primary);
      await this.followAs(role);
      return unpublished;
    });
  }

  /** @throws {TidelockError} INVALID_REQUEST naming the checks that fail, unless forced. */
  async promote(order: PromotionOrder): Promise<void> {
    requireClusterAddress(order.primaryClusterAddr);
    const secondary = this.requireFollowing();
    await this.withBroker(secondary, async (promotion) => {
      await promotion.requireSafe(order);
      await this.withoutWrites(async () => {
        await promotion.takeStreamOver(order);
        await secondary.stop();
        await this.orFollowOn(secondary, async () => this.reignAs(await promotion.startEpoch(order)));
      });
    });
  }

  /** What a promotion would find: for a preview. */
  promotionChecks(): Promise<SafetyCheck[]> {
    return this.withBroker(this.requireFollowing(), (promotion) => promotion.checks());
  }

  /** Leaves the set as its primary. Secondaries keep what they have. */
  async disablePrimary(): Promise<void> {
    await this.leave(this.requirePrimary());
  }

  /** Leaves the set as a secondary, keeping the data: a cluster of its own from here on, with the set's keys. */
  async disableSecondary(): Promise<void> {
    const secondary = this.requireSecondary();
    const bootstrapping = this.mode === 'bootstrapping';
    await this.leave(secondary);
    if (bootstrapping) await this.parts.host.open();
  }

  /** Stays a secondary that follows nobody. */
  async forgetPrimary(): Promise<void> {
    const secondary = this.requireFollowing();
    await this.once(() => secondary.forgetPrimary());
  }

  /** Other addresses of the same primary: those that answer are kept, in this order. */
  async updatePrimaryAddresses(addresses: readonly string[]): Promise<readonly string[]> {
    for (const address of addresses) requireClusterAddress(address);
    const secondary = this.requireFollowing();
    return this.once(async () => {
      const answering = await addressesThatAnswer(this.parts, secondary.role, addresses);
      await secondary.stop();
      await secondary.useAddresses(answering);
      await this.followAs(secondary.role);
      return answering;
    });
  }

  /** First half of a change to another primary of the set: its word. Nothing here has changed when this fails. */
  async askForReadmission(order: ActivationOrder): Promise<Admission> {
    const { role } = this.requireFollowing();
    const admission = await this.once(() => admissionFrom(this.parts, order));
    requireSameSet(role, admission);
    return admission;
  }

  /** Second half: follows that primary from now on, without a wipe. */
  async rejoin(admission: Admission): Promise<void> {
    const secondary = this.requireFollowing();
    const { host } = this.parts;
    if (leavesKeysBehind(this.parts, admission)) {
      return this.once(() => host.restart(async () => {
        await rejoin(this.withQuarantine, secondary.role, admission);
        await adoptKeyring(this.parts, admission);
      }));
    }
    await this.once(async () => {
      await secondary.stop();
      await this.orFollowOn(secondary, async () => this.followAs(await rejoin(this.withQuarantine, secondary.role, admission)));
    });
  }

  /** Which secondary is given what. @throws {TidelockError} INVALID_REQUEST when this is no primary. */
  get filtering(): Filtering {
    return this.requirePrimary().filtering;
  }

  admit(id: string, ttlSeconds: number, local: LocalStore): Promise<ActivationBundle> {
    return this.requirePrimary().admit(id, ttlSeconds, local);
  }

  /** What to tell the one who makes an activation token. */
  activationWarnings(id: string): Promise<string[]> {
    return this.requirePrimary().access.warnings(id);
  }

  revokeSecondary(id: string): Promise<void> {
    return this.requirePrimary().revoke(id);
  }

  rotateStreamKey(): Promise<RotatedKey> {
    return this.requirePrimary().rotateStreamKey();
  }

  /** Whether an activation could begin, without using the token up. */
  async inspectActivation(order: ActivationOrder): Promise<{ readonly primary: string }> {
    this.requireNoRole();
    return inspectActivation(this.parts, order);
  }

  /** First half of an activation: the primary's word. Nothing here has changed when this fails. */
  async askForAdmission(order: ActivationOrder): Promise<Admission> {
    this.requireNoRole();
    return this.once(() => admissionFrom(this.parts, order));
  }

  /** Second half: the wipe and the keys; the first copy begins as the service comes up again. */
  async join(admission: Admission): Promise<void> {
    const { host } = this.parts;
    await this.once(() => host.restart(() => SecondaryRole.takeOver(this.parts, admission)));
  }

  /** Writes mutations out of quarantine anew, here or on the primary, one after the other; each leaves the quarantine when it is written. */
  async reapplyQuarantined(indexes: readonly number[]): Promise<void> {
    await reapplyEach(this.quarantine, indexes, async (call) => {
      if (this.asSecondary) await this.callPrimary('reapply', call);
      else await reapply(this.parts.store, call);
    });
  }

  /** A call to the primary's cluster port. @throws {TidelockError} PRIMARY_UNREACHABLE, or the primary's own error. */
  callPrimary<T>(name: string, body: unknown, options?: CallOptions): Promise<T> {
    return this.requireSecondary().call<T>(name, body, options);
  }

  /** An id for the `X-Vault-Index` header: states of one set compare with each other. */
  stateClusterId(ownClusterId: string): string {
    return this.role.setId || ownClusterId;
  }

  private requireNoRole(): void {
    if (this.mode === 'disabled' && !this.changing) return;
    throw badRequest(`performance replication is already enabled on this cluster in "${this.mode}" mode`);
  }

  private requirePrimary(): PrimaryRole {
    const primary = this.asPrimary;
    if (primary === undefined) throw badRequest('performance replication primary mode is not enabled on this cluster');
    return primary;
  }

  private requireSecondary(): SecondaryRole {
    const secondary = this.asSecondary;
    if (secondary === undefined) throw badRequest('performance replication secondary mode is not enabled on this cluster');
    return secondary;
  }

  /** A secondary that is one: its first copy is complete. */
  private requireFollowing(): SecondaryRole {
    const secondary = this.requireSecondary();
    if (this.mode === 'bootstrapping') throw badRequest('this secondary is still bootstrapping: its first copy is not complete');
    return secondary;
  }

  private async reignAs(role: Role): Promise<void> {
    this.succession = undefined;
    this.current = await PrimaryRole.start(this.parts, role, this.adapters.openStream, (succession) => this.noteSuccession(succession));
    this.noteSuccession(this.succession);
  }

  private noteSuccession(succession: Succession | undefined): void {
    this.succession = succession;
    const primary = this.asPrimary;
    if (succession?.after === undefined || primary === undefined) return;
    this.stepDown(primary, succession).catch((error: unknown) => {
      this.parts.logger.error('this cluster is no longer the primary and could not put its affairs in order; it takes no writes', { reason: reasonOf(error) });
    });
  }

  private async stepDown(primary: PrimaryRole, succession: Succession): Promise<void> {
    while (this.changing) await sleep(POLL_MS);
    if (this.asPrimary !== primary) return;
    await this.withoutWrites(async () => this.followAs(await stepDown(this.withQuarantine, primary, succession)));
  }

  private get withQuarantine() {
    return { ...this.parts, quarantine: this.quarantine };
  }

  private async leave(role: PrimaryRole | SecondaryRole): Promise<void> {
    await this.withoutWrites(async () => {
      await this.parts.store.applySync([]);
      await role.stop();
      await leaveSet(this.parts);
      this.current = undefined;
      this.sealedRole = NO_ROLE;
    });
  }

  private async withBroker<T>(secondary: SecondaryRole, work: (promotion: Promotion) => Promise<T>): Promise<T> {
    const { broker } = secondary;
    if (broker === undefined) throw badRequest('replication needs a broker: add a broker "kafka" stanza to the configuration and restart');
    const access = this.adapters.openBroker(broker);
    try {
      return await work(new Promotion(this.parts, secondary, broker, access));
    } finally {
      await Promise.all([access.publisher.close(), access.consumer.close()]);
    }
  }

  private async followAs(role: Role): Promise<void> {
    this.current = await SecondaryRole.start(this.parts, role, this.adapters.openFollower);
  }

  /** What to do when a change fails half-way: the role that was there is taken up again. */
  private async orFollowOn(secondary: SecondaryRole, change: () => Promise<void>): Promise<void> {
    try {
      await change();
    } catch (error) {
      await this.followAs(secondary.role);
      throw error;
    }
  }

  /** A change during which replicated state cannot be written; reads go on. */
  private withoutWrites<T>(change: () => Promise<T>): Promise<T> {
    return this.once(async () => {
      this.writesStopped = true;
      try {
        return await change();
      } finally {
        this.writesStopped = false;
      }
    });
  }

  /** One change of role at a time. */
  private async once<T>(change: () => Promise<T>): Promise<T> {
    if (this.changing) throw badRequest('another change of the replication role is under way');
    this.changing = true;
    try {
      return await change();
    } finally {
      this.changing = false;
    }
  }
}
