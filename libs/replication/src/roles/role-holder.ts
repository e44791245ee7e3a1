import { setTimeout as sleep } from 'node:timers/promises';
import { type Life, type Part, type Task, unlessEnded } from '@tidelock/core/runtime';
import { badRequest, type Logger, TidelockError } from '@tidelock/kernel';
import { Healing } from '../healing/healing';
import type { Succession } from '@tidelock/stream';
import { Quarantine } from '../quarantine/quarantine';
import { leaveSet } from './replication-set';
import { PrimaryRole } from './primary-role';
import { NO_ROLE, readRole, type ReplicationMode, type Role, writeRefusal } from '../membership/role-store';
import { SecondaryRole } from './secondary-role';
import type { ReplicationParts } from '../membership/settings';
import { stepDown } from './demotion';
import type { SetStreams } from './set-streams';

const POLL_MS = 50;
const RETRY_MS = 500;
const STEP_DOWN_RETRY = { first: RETRY_MS, longest: 30_000 };
/** How long the caller of a change that failed waits for the role to be taken up again. */
const RECOVERY_PATIENCE_MS = 5000;

/** Under way after a change of role that failed. */
interface Recovery {
  /** As the change began. */
  readonly pauses: number;
  over(): void;
}

/** The role that this cluster has: one at a time, taken up and laid down with the seal; and whether replicated state may be written in it. */
export abstract class RoleHolder implements Part {
  readonly name = 'replication';
  readonly tasks: readonly Task[];
  readonly logger: Logger;
  readonly quarantine: Quarantine;
  readonly healing: Healing;
  private life: Life | undefined;
  private current: PrimaryRole | SecondaryRole | undefined;
  private sealedRole: Role | undefined;
  /** One change of role at a time. */
  private changing = false;
  /** `pauses` as the change began. */
  private changingSince = 0;
  /** The role that is stored could not be taken up after a change that failed, so far. */
  private recovery: Recovery | undefined;
  private writesStopped = false;
  /** The change or the start of a role that is under way; ends without an error. */
  private underWay: Promise<void> = Promise.resolve();
  /** How many seals and losses of the right to write there have been. A start that began before the last one is void. */
  private pauses = 0;
  /** What the last of them was: the error that such a start ends with. */
  private interruption: 'SEALED' | 'STORAGE_UNAVAILABLE' = 'SEALED';
  /** A later epoch than that of this primary, as long as it has not stepped down. */
  private succession: Succession | undefined;
  private readonly recovering: Task = {
    name: 'recovery',
    retry: { first: RETRY_MS, longest: RETRY_MS },
    run: (signal) => unlessEnded(signal, this.tryToRecover()),
  };
  private readonly steppingDown: Task = {
    name: 'step-down',
    retry: STEP_DOWN_RETRY,
    // Each look at the topic wakes it.
    rests: true,
    run: (signal) => unlessEnded(signal, this.tryToStepDown()),
  };

  constructor(
    protected readonly parts: ReplicationParts,
    protected readonly adapters: SetStreams,
  ) {
    this.quarantine = new Quarantine(parts.store, parts.logger);
    this.healing = new Healing(
      parts,
      () => this.asSecondary?.stream,
      () => this.asPrimary?.hasFullCopy === true,
    );
    this.tasks = [this.healing.selfCheck, this.recovering, this.steppingDown];
    this.logger = parts.logger;
    parts.store.tenure.onLost(() => this.interrupt('STORAGE_UNAVAILABLE'));
    parts.store.guardReplicatedWrites(() => {
      const refusal = writeRefusal(
        this.role,
        this.writesStopped || this.recovery !== undefined || this.succession !== undefined,
      );
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

  /** After an unseal: the role that is stored is taken up. */
  async start(life: Life): Promise<void> {
    this.life = life;
    // Before its turn to stop comes: no role is to be taken up meanwhile.
    life.signal.addEventListener('abort', () => this.interrupt('SEALED'), { once: true });
    try {
      await this.quarantine.load();
      await this.healing.start();
      await this.tracked(() => this.takeUp(this.pauses));
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.parts.host.roleTaken();
  }

  /** Before a seal: lets go of everything that needs keys. */
  async stop(): Promise<void> {
    const role = this.current;
    this.interrupt('SEALED');
    this.sealedRole = this.role;
    await this.healing.stop();
    this.current = undefined;
    await role?.stop();
    // A role that is being started meanwhile is stopped there.
    await this.underWay;
  }

  protected requireNoRole(): void {
    if (this.mode === 'disabled' && !this.isChanging) return;
    throw badRequest(`performance replication is already enabled on this cluster in "${this.mode}" mode`);
  }

  /** @throws {TidelockError} INVALID_REQUEST where the cluster is none. */
  requirePrimary(): PrimaryRole {
    const primary = this.asPrimary;
    if (primary === undefined) throw badRequest('performance replication primary mode is not enabled on this cluster');
    return primary;
  }

  /** @throws {TidelockError} INVALID_REQUEST where the cluster is none. */
  requireSecondary(): SecondaryRole {
    const secondary = this.asSecondary;
    if (secondary === undefined)
      throw badRequest('performance replication secondary mode is not enabled on this cluster');
    return secondary;
  }

  /** A secondary that is one: its first copy is complete. */
  protected requireFollowing(): SecondaryRole {
    const secondary = this.requireSecondary();
    if (this.mode === 'bootstrapping')
      throw badRequest('this secondary is still bootstrapping: its first copy is not complete');
    return secondary;
  }

  /** Starts a role that is stored. @throws {TidelockError} SEALED, or STORAGE_UNAVAILABLE, where everything was laid down meanwhile; it does not run then. */
  private async startRole(role: Role, pauses: number): Promise<void> {
    this.requireNoPauseSince(pauses);
    this.sealedRole = role;
    const started = await this.started(role);
    if (pauses !== this.pauses) await started?.stop();
    this.requireNoPauseSince(pauses);
    this.current = started;
    // Only a primary has a successor. One that is known still counts while the broker does not answer.
    this.noteSuccession(this.asPrimary && this.succession);
  }

  private async started(role: Role): Promise<PrimaryRole | SecondaryRole | undefined> {
    if (role.mode === 'disabled') return undefined;
    const { parts, life } = this;
    if (life === undefined) throw new TidelockError('SEALED');
    if (role.mode !== 'primary') return SecondaryRole.start({ ...parts, life }, role, this.adapters.openFollower);
    return PrimaryRole.start(
      { ...parts, life, secondaryCopies: this.healing.secondaryCopies },
      role,
      this.adapters.openStream,
      (succession) => this.noteSuccession(succession),
    );
  }

  /** For a change that has waited. @throws as `orRecover`. */
  protected requireNoPause(): void {
    this.requireNoPauseSince(this.changingSince);
  }

  private requireNoPauseSince(pauses: number): void {
    if (pauses !== this.pauses) throw new TidelockError(this.interruption);
  }

  private interrupt(how: 'SEALED' | 'STORAGE_UNAVAILABLE'): void {
    this.pauses += 1;
    this.interruption = how;
    this.endRecovery();
  }

  private noteSuccession(succession: Succession | undefined): void {
    this.succession = succession;
    if (succession?.after !== undefined) this.life?.wake(this.steppingDown);
  }

  /** Another cluster is the primary: no writes are taken until this one has stepped down. @returns when to look again, ms, where another change is under way. */
  private async tryToStepDown(): Promise<number | void> {
    const { asPrimary: primary, succession } = this;
    if (primary === undefined || succession?.after === undefined) return;
    if (this.isChanging) return POLL_MS;
    await this.withoutWrites(() => this.orRecover(() => stepDown(this.withQuarantine, primary, succession)));
  }

  protected get withQuarantine() {
    return { ...this.parts, quarantine: this.quarantine };
  }

  protected async leave(role: PrimaryRole | SecondaryRole): Promise<void> {
    await this.withoutWrites(() =>
      this.orRecover(async () => {
        await this.parts.store.applySync([]);
        await role.stop();
        await leaveSet(this.parts);
        return NO_ROLE;
      }),
    );
  }

  /**
   * Does a change, and starts the role that it returns. When that fails half-way, the role that the store says is taken up, whatever became of
   * the last transaction; where that takes long, the caller has the error before.
   *
   * @throws {TidelockError} SEALED, or STORAGE_UNAVAILABLE, also where that was since the change began: its role is not the one that runs now.
   */
  protected async orRecover(change: () => Promise<Role | void>): Promise<void> {
    const pauses = this.changingSince;
    try {
      this.requireNoPause();
      await this.tracked(async () => {
        const role = await change();
        if (role) await this.startRole(role, pauses);
      });
    } catch (error) {
      await Promise.race([this.recover(pauses), sleep(RECOVERY_PATIENCE_MS, undefined, { ref: false })]);
      throw error;
    }
  }

  /** @returns when the role that is stored has been taken up, or everything was laid down. */
  private recover(pauses: number): Promise<void> {
    if (pauses !== this.pauses) return Promise.resolve();
    return new Promise((over) => {
      this.recovery = { pauses, over };
      this.life?.wake(this.recovering);
    });
  }

  private async tryToRecover(): Promise<void> {
    const { recovery } = this;
    if (recovery === undefined) return;
    await this.tracked(() => this.takeUp(recovery.pauses));
    this.endRecovery();
    if (!this.changing) this.parts.host.roleTaken();
  }

  private endRecovery(): void {
    this.recovery?.over();
    this.recovery = undefined;
  }

  private async takeUp(pauses: number): Promise<void> {
    await this.current?.stop();
    const role = await readRole(this.parts.store.local);
    this.requireNoPauseSince(pauses);
    this.sealedRole = role;
    this.current = undefined;
    if (role.mode !== 'primary') this.parts.store.journal.disable();
    await this.startRole(role, pauses);
  }

  /** What a pause waits for. */
  private async tracked(work: () => Promise<void>): Promise<void> {
    const working = work();
    this.underWay = working.catch(() => undefined);
    await working;
  }

  private get isChanging(): boolean {
    return this.changing || this.recovery !== undefined;
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
    if (this.isChanging) throw badRequest('another change of the replication role is under way');
    this.changing = true;
    this.changingSince = this.pauses;
    try {
      return await change();
    } finally {
      this.changing = false;
      this.parts.host.roleTaken();
    }
  }
}
