import { setTimeout as sleep } from 'node:timers/promises';
import { type Life, type Task, unlessEnded } from '@tidelock/core/runtime';
import { badRequest, TidelockError } from '@tidelock/kernel';
import type { Role } from '../membership/role-store';

const RETRY_MS = 500;
/** How long the caller of a change that failed waits for the role to be taken up again. */
const RECOVERY_PATIENCE_MS = 5000;

/** What everything is laid down for: a seal, or the loss of the right to write. The error that a start ends with which it makes void. */
export type Interruption = 'SEALED' | 'STORAGE_UNAVAILABLE';

export interface RoleChangesParts {
  /** Starts a role that is stored. @param since interruptions as the change began: it is void after another. */
  readonly start: (role: Role, since: number) => Promise<void>;
  /** Stops the role that runs and starts the one that the store names. */
  readonly takeUp: (since: number) => Promise<void>;
  /** A change, or the recovery from one, is over. */
  readonly over: () => void;
}

/** Under way after a change of role that failed. */
interface Recovery {
  /** As the change began. */
  readonly since: number;
  over(): void;
}

/** One change of role at a time: void after an interruption, and undone by taking up the role that is stored where it fails half-way. */
export class RoleChanges {
  private changing = false;
  /** `interruptions` as the change began. */
  private changingSince = 0;
  /** The role that is stored could not be taken up after a change that failed, so far. */
  private recovery: Recovery | undefined;
  private writesHeld = false;
  /** The change or the start of a role that is under way; ends without an error. */
  private underWay: Promise<void> = Promise.resolve();
  private interruptions = 0;
  private last: Interruption = 'SEALED';
  private life: Pick<Life, 'wake'> | undefined;
  readonly recovering: Task = {
    name: 'recovery',
    retry: { first: RETRY_MS, longest: RETRY_MS },
    run: (signal) => unlessEnded(signal, this.tryToRecover()),
  };

  constructor(private readonly parts: RoleChangesParts) {}

  /** The part that `recovering` is a task of has started. */
  liveIn(life: Pick<Life, 'wake'>): void {
    this.life = life;
  }

  get isUnderWay(): boolean {
    return this.changing || this.recovery !== undefined;
  }

  /** Replicated state cannot be written. */
  get stopsWrites(): boolean {
    return this.writesHeld || this.recovery !== undefined;
  }

  interrupt(how: Interruption): void {
    this.interruptions += 1;
    this.last = how;
    this.endRecovery();
  }

  isVoid(since: number): boolean {
    return since !== this.interruptions;
  }

  /** @throws {TidelockError} the last interruption. */
  requireNotVoid(since: number): void {
    if (this.isVoid(since)) throw new TidelockError(this.last);
  }

  /** For a change that has waited. @throws as `orRecover`. */
  requireNoInterruption(): void {
    this.requireNotVoid(this.changingSince);
  }

  /** Takes up the role that is stored, behind no change. */
  begin(): Promise<void> {
    return this.tracked(() => this.parts.takeUp(this.interruptions));
  }

  /** Resolves when no role is being started any more. */
  ended(): Promise<void> {
    return this.underWay;
  }

  /** @throws {TidelockError} INVALID_REQUEST where another is under way. */
  async once<T>(change: () => Promise<T>): Promise<T> {
    if (this.isUnderWay) throw badRequest('another change of the replication role is under way');
    this.changing = true;
    this.changingSince = this.interruptions;
    try {
      return await change();
    } finally {
      this.changing = false;
      this.parts.over();
    }
  }

  /** A change of role during which replicated state cannot be written; reads go on. */
  withoutWrites<T>(change: () => Promise<T>): Promise<T> {
    return this.once(() => this.holdingWrites(change));
  }

  /** The part of a change of role during which replicated state cannot be written. */
  async holdingWrites<T>(change: () => Promise<T>): Promise<T> {
    this.writesHeld = true;
    try {
      return await change();
    } finally {
      this.writesHeld = false;
    }
  }

  /**
   * Does a change, and starts the role that it returns. When that fails half-way, the role that the store says is taken up, whatever became of
   * the last transaction; where that takes long, the caller has the error before.
   *
   * @throws {TidelockError} SEALED, or STORAGE_UNAVAILABLE, also where that was since the change began: its role is not the one that runs now.
   */
  async orRecover(change: () => Promise<Role | void>): Promise<void> {
    const since = this.changingSince;
    try {
      this.requireNotVoid(since);
      await this.tracked(async () => {
        const role = await change();
        if (role) await this.parts.start(role, since);
      });
    } catch (error) {
      await Promise.race([this.recover(since), sleep(RECOVERY_PATIENCE_MS, undefined, { ref: false })]);
      throw error;
    }
  }

  /** @returns when the role that is stored has been taken up, or everything was laid down. */
  private recover(since: number): Promise<void> {
    if (this.isVoid(since)) return Promise.resolve();
    return new Promise((over) => {
      this.recovery = { since, over };
      this.life?.wake(this.recovering);
    });
  }

  private async tryToRecover(): Promise<void> {
    const { recovery } = this;
    if (recovery === undefined) return;
    await this.tracked(() => this.parts.takeUp(recovery.since));
    this.endRecovery();
    if (!this.changing) this.parts.over();
  }

  private endRecovery(): void {
    this.recovery?.over();
    this.recovery = undefined;
  }

  /** What an interruption waits for. */
  private async tracked(work: () => Promise<void>): Promise<void> {
    const working = work();
    this.underWay = working.catch(() => undefined);
    await working;
  }
}
