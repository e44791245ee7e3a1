import { setTimeout as sleep } from 'node:timers/promises';
import { badRequest, reasonOf } from '@tidelock/kernel';
import { Healing } from '../healing/healing';
import type { BrokerSettings } from '../ports/stream';
import type { Succession } from '../publish/succession';
import { Quarantine } from '../quarantine/quarantine';
import { leaveSet } from './departure';
import { PrimaryRole } from './primary-role';
import type { OpenStream } from './publish-order';
import type { BrokerAccess } from './promotion';
import { NO_ROLE, readRole, type ReplicationMode, type Role } from './role-store';
import { type OpenFollower, SecondaryRole } from './secondary-role';
import type { ReplicationParts } from './settings';
import { stepDown } from './step-down';
import { writeRefusal } from './write-refusal';

const POLL_MS = 50;
const RETRY_MS = 500;

/** How the broker is reached in each role. */
export interface StreamAdapters {
  readonly openStream: OpenStream;
  readonly openFollower: OpenFollower;
  /** For a promotion, which takes a topic over that it follows. */
  readonly openBroker: (broker: BrokerSettings) => BrokerAccess;
}

/** The role that this cluster has: one at a time, taken up and laid down with the seal; and whether replicated state may be written in it. */
export abstract class RoleHolder {
  readonly quarantine: Quarantine;
  readonly healing: Healing;
  private current: PrimaryRole | SecondaryRole | undefined;
  private sealedRole: Role | undefined;
  protected changing = false;
  private writesStopped = false;
  /** Counts how often everything is laid down, by a seal or with the right to write: whoever takes everything up again, takes the role up. */
  private pauses = 0;
  /** A later epoch than that of this primary, as long as it has not stepped down. */
  private succession: Succession | undefined;

  constructor(
    protected readonly parts: ReplicationParts,
    protected readonly adapters: StreamAdapters,
  ) {
    this.quarantine = new Quarantine(parts.store, parts.logger);
    this.healing = new Healing(parts, () => this.asSecondary?.stream, () => this.asPrimary?.hasFullCopy === true);
    parts.store.tenure.onLost(() => (this.pauses += 1));
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
    await this.quarantine.load();
    await this.healing.start();
    await this.takeUp();
    this.parts.host.roleTaken();
  }

  /** Lets go of everything that needs keys, before a seal or a stop. */
  async pause(): Promise<void> {
    const role = this.current;
    this.pauses += 1;
    this.sealedRole = this.role;
    await this.healing.stop();
    this.current = undefined;
    await role?.stop();
  }

  protected requireNoRole(): void {
    if (this.mode === 'disabled' && !this.changing) return;
    throw badRequest(`performance replication is already enabled on this cluster in "${this.mode}" mode`);
  }

  protected requirePrimary(): PrimaryRole {
    const primary = this.asPrimary;
    if (primary === undefined) throw badRequest('performance replication primary mode is not enabled on this cluster');
    return primary;
  }

  protected requireSecondary(): SecondaryRole {
    const secondary = this.asSecondary;
    if (secondary === undefined) throw badRequest('performance replication secondary mode is not enabled on this cluster');
    return secondary;
  }

  /** A secondary that is one: its first copy is complete. */
  protected requireFollowing(): SecondaryRole {
    const secondary = this.requireSecondary();
    if (this.mode === 'bootstrapping') throw badRequest('this secondary is still bootstrapping: its first copy is not complete');
    return secondary;
  }

  protected async reignAs(role: Role): Promise<void> {
    this.succession = undefined;
    this.current = await PrimaryRole.start({ ...this.parts, borrowed: this.healing.borrowed }, role, this.adapters.openStream, (succession) => this.noteSuccession(succession));
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
    await this.withoutWrites(() => this.orGoOn(async () => this.followAs(await stepDown(this.withQuarantine, primary, succession))));
  }

  protected get withQuarantine() {
    return { ...this.parts, quarantine: this.quarantine };
  }

  protected async leave(role: PrimaryRole | SecondaryRole): Promise<void> {
    await this.withoutWrites(() => this.orGoOn(async () => {
      await this.parts.store.applySync([]);
      await role.stop();
      await leaveSet(this.parts);
      this.succession = undefined;
      this.current = undefined;
      this.sealedRole = NO_ROLE;
    }));
  }

  protected async followAs(role: Role): Promise<void> {
    this.current = await SecondaryRole.start(this.parts, role, this.adapters.openFollower);
  }

  /** What to do when a change fails half-way: the role that the store says is taken up, whatever became of the last transaction. */
  protected async orGoOn(change: () => Promise<void>): Promise<void> {
    const { pauses } = this;
    try {
      await change();
    } catch (error) {
      while (pauses === this.pauses && !(await this.tryToGoOn())) await sleep(RETRY_MS, undefined, { ref: false });
      throw error;
    }
  }

  private async tryToGoOn(): Promise<boolean> {
    try {
      await this.current?.stop();
      await this.takeUp();
      return true;
    } catch (error) {
      this.parts.logger.error('the replication role cannot be taken up again; trying again', { reason: reasonOf(error) });
      return false;
    }
  }

  private async takeUp(): Promise<void> {
    const role = await readRole(this.parts.store.local);
    this.sealedRole = role;
    this.current = undefined;
    if (role.mode === 'primary') return this.reignAs(role);
    this.parts.store.journal.enabled = false;
    if (role.mode !== 'disabled') await this.followAs(role);
  }

  /** A change of role during which replicated state cannot be written; reads go on. */
  protected withoutWrites<T>(change: () => Promise<T>): Promise<T> {
    return this.once(() => this.holdingWrites(change));
  }

  /** The part of a change of role during which replicated state cannot be written. */
  protected async holdingWrites<T>(change: () => Promise<T>): Promise<T> {
    this.writesStopped = true;
    try {
      return await change();
    } finally {
      this.writesStopped = false;
    }
  }

  /** One change of role at a time. */
  protected async once<T>(change: () => Promise<T>): Promise<T> {
    if (this.changing) throw badRequest('another change of the replication role is under way');
    this.changing = true;
    try {
      return await change();
    } finally {
      this.changing = false;
      this.parts.host.roleTaken();
    }
  }
}
