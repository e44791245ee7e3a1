import { type Life, type Part, type Task, unlessEnded } from '@tidelock/core/runtime';
import { badRequest, type Logger, TidelockError } from '@tidelock/kernel';
import { Healing } from '../healing/healing';
import type { Succession } from '@tidelock/stream';
import { Quarantine } from '../quarantine/quarantine';
import { leaveSet } from './replication-set';
import { PrimaryRole } from '../primary/primary-role';
import { RoleChanges } from './role-changes';
import {
  NO_ROLE,
  notSecondary,
  readRole,
  type ReplicationMode,
  type Role,
  writeRefusal,
} from '../membership/role-store';
import { SecondaryRole } from '../secondary/secondary-role';
import type { ReplicationParts } from '../ports/parts';
import { stepDown } from './demotion';
import type { SetStreams } from './set-streams';

const POLL_MS = 50;
const STEP_DOWN_RETRY = { first: 500, longest: 30_000 };

/** The role that this cluster has: one at a time, taken up and laid down with the seal; and whether replicated state may be written in it. */
export abstract class RoleHolder implements Part {
  readonly name = 'replication';
  readonly tasks: readonly Task[];
  readonly logger: Logger;
  readonly quarantine: Quarantine;
  readonly healing: Healing;
  protected readonly changes: RoleChanges;
  private life: Life | undefined;
  private current: PrimaryRole | SecondaryRole | undefined;
  private sealedRole: Role | undefined;
  /** A later epoch than that of this primary, as long as it has not stepped down. */
  private succession: Succession | undefined;
  private readonly steppingDown: Task = {
    name: 'step-down',
    retry: STEP_DOWN_RETRY,
    // Each look at the topic wakes it.
    rests: true,
    run: (signal) => unlessEnded(signal, this.tryToStepDown()),
  };

  constructor(
    protected readonly parts: ReplicationParts,
    protected readonly streams: SetStreams,
  ) {
    this.quarantine = new Quarantine(parts.store, parts.logger);
    this.healing = new Healing(
      parts,
      () => this.asSecondary?.stream,
      () => this.asPrimary?.hasFullCopy === true,
    );
    this.changes = new RoleChanges({
      start: (role, since) => this.startRole(role, since),
      takeUp: (since) => this.takeUp(since),
      over: () => parts.host.roleTaken(),
    });
    this.tasks = [this.healing.selfCheck, this.changes.recovering, this.steppingDown];
    this.logger = parts.logger;
    parts.store.tenure.onLost(() => this.changes.interrupt('STORAGE_UNAVAILABLE'));
    parts.store.guardReplicatedWrites(() => {
      const refusal = writeRefusal(this.role, this.changes.stopsWrites || this.succession !== undefined);
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
    this.changes.liveIn(life);
    // Before its turn to stop comes: no role is to be taken up meanwhile.
    life.signal.addEventListener('abort', () => this.changes.interrupt('SEALED'), { once: true });
    try {
      await this.quarantine.load();
      await this.healing.start();
      await this.changes.begin();
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.parts.host.roleTaken();
  }

  /** Before a seal: lets go of everything that needs keys. */
  async stop(): Promise<void> {
    const role = this.current;
    this.changes.interrupt('SEALED');
    this.sealedRole = this.role;
    await this.healing.stop();
    this.current = undefined;
    await role?.stop();
    // A role that is being started meanwhile is stopped there.
    await this.changes.ended();
  }

  protected requireNoRole(): void {
    if (this.mode === 'disabled' && !this.changes.isUnderWay) return;
    throw alreadyEnabled(this.mode);
  }

  /** @throws {TidelockError} INVALID_REQUEST where the cluster is one. */
  requireNotPrimary(): void {
    if (this.mode === 'primary') throw alreadyEnabled(this.mode);
  }

  /** @throws {TidelockError} INVALID_REQUEST where the cluster is one. */
  requireNotSecondary(): void {
    if (this.isSecondary)
      throw badRequest('cluster is already a performance replication secondary; it must be promoted');
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
    if (secondary === undefined) throw notSecondary();
    return secondary;
  }

  /** A secondary that is one: its first copy is complete. */
  requireFollowing(): SecondaryRole {
    const secondary = this.requireSecondary();
    if (this.mode === 'bootstrapping')
      throw badRequest('this secondary is still bootstrapping: its first copy is not complete');
    return secondary;
  }

  /** Starts a role that is stored. @throws {TidelockError} SEALED, or STORAGE_UNAVAILABLE, where everything was laid down meanwhile; it does not run then. */
  private async startRole(role: Role, since: number): Promise<void> {
    this.changes.requireNotVoid(since);
    this.sealedRole = role;
    const started = await this.started(role);
    if (this.changes.isVoid(since)) await started?.stop();
    this.changes.requireNotVoid(since);
    this.current = started;
    // Only a primary has a successor. One that is known still counts while the broker does not answer.
    this.noteSuccession(this.asPrimary && this.succession);
  }

  private async started(role: Role): Promise<PrimaryRole | SecondaryRole | undefined> {
    if (role.mode === 'disabled') return undefined;
    const { parts, life } = this;
    if (life === undefined) throw new TidelockError('SEALED');
    if (role.mode !== 'primary') return SecondaryRole.start({ ...parts, life }, role, this.streams.openFollower);
    return PrimaryRole.start(
      { ...parts, life, secondaryCopies: this.healing.secondaryCopies },
      role,
      this.streams.openStream,
      (succession) => this.noteSuccession(succession),
    );
  }

  private noteSuccession(succession: Succession | undefined): void {
    this.succession = succession;
    if (succession?.after !== undefined) this.life?.wake(this.steppingDown);
  }

  /** Another cluster is the primary: no writes are taken until this one has stepped down. @returns when to look again, ms, where another change is under way. */
  private async tryToStepDown(): Promise<number | void> {
    const { asPrimary: primary, succession } = this;
    if (primary === undefined || succession?.after === undefined) return;
    if (this.changes.isUnderWay) return POLL_MS;
    await this.changes.withoutWrites(() =>
      this.changes.orRecover(() => stepDown(this.withQuarantine, primary, succession)),
    );
  }

  protected get withQuarantine() {
    return { ...this.parts, quarantine: this.quarantine };
  }

  protected async leave(role: PrimaryRole | SecondaryRole): Promise<void> {
    await this.changes.withoutWrites(() =>
      this.changes.orRecover(async () => {
        await this.parts.store.applySync([]);
        await role.stop();
        await leaveSet(this.parts);
        return NO_ROLE;
      }),
    );
  }

  private async takeUp(since: number): Promise<void> {
    await this.current?.stop();
    const role = await readRole(this.parts.store.local);
    this.changes.requireNotVoid(since);
    this.sealedRole = role;
    this.current = undefined;
    if (role.mode !== 'primary') this.parts.store.journal.disable();
    await this.startRole(role, since);
  }
}

const alreadyEnabled = (mode: string): TidelockError =>
  badRequest(`performance replication is already enabled on this cluster in "${mode}" mode`);
