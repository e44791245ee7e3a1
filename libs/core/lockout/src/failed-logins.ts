import type { LoginAttempt, MountContext, MountLockout } from '@tidelock/engine-api';
import { type Clock, type Logger, TidelockError } from '@tidelock/kernel';
import { type LockoutRules, type LockoutSettings, rulesFor } from './lockout-rules';

export interface LockoutNeeds {
  readonly settings: LockoutSettings;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Failures {
  readonly count: number;
  /** Milliseconds since the Unix epoch. */
  readonly last: number;
}

/** The failed logins of one mount, in memory. */
export class FailedLogins implements MountLockout {
  /** By name, in order of the last failure, so that the oldest one is dropped. */
  private readonly failures = new Map<string, Failures>();
  /** Ends of the comparisons under way, by name. */
  private readonly running = new Map<string, Set<Promise<unknown>>>();

  /** @param makeRoom called before one more name is remembered. */
  constructor(
    private readonly at: Pick<MountContext, 'mount'>,
    private readonly needs: LockoutNeeds,
    private readonly makeRoom: () => void,
  ) {}

  /** Names that are remembered. */
  get size(): number {
    return this.failures.size;
  }

  /** Those that are locked now, sorted. */
  get locked(): string[] {
    const { rules } = this;
    return [...this.failures.keys()].filter((alias) => this.isLocked(alias, rules)).sort();
  }

  refuseLocked(alias: string): void {
    if (this.isLocked(alias, this.rules)) throw new TidelockError('PERMISSION_DENIED');
  }

  async attempt(login: LoginAttempt, isRight: () => Promise<boolean>): Promise<boolean> {
    const { alias } = login;
    const { rules } = this;
    for (;;) {
      this.refuseLocked(alias);
      const running = this.running.get(alias) ?? new Set();
      const mayFail = this.countOf(alias, rules) + running.size < rules.threshold;
      if (rules.disabled || mayFail) return this.compare(login, rules, isRight);
      await Promise.race(running);
    }
  }

  forget(alias: string): void {
    this.failures.delete(alias);
  }

  forgetOldest(): void {
    for (const [alias] of this.failures) return this.forget(alias);
  }

  private get rules(): LockoutRules {
    return rulesFor(this.at.mount, this.needs.settings);
  }

  /** Is under way from the same turn on in which there was room for it. */
  private async compare(login: LoginAttempt, rules: LockoutRules, isRight: () => Promise<boolean>): Promise<boolean> {
    const { alias } = login;
    const comparison = isRight();
    const end = comparison.then(
      (right) => (right ? this.forget(alias) : this.failed(login, rules)),
      () => undefined,
    );
    const running = this.running.get(alias) ?? new Set();
    this.running.set(alias, running.add(end));
    await end;
    running.delete(end);
    if (running.size === 0) this.running.delete(alias);
    return comparison;
  }

  private failed({ alias, ...attempt }: LoginAttempt, rules: LockoutRules): void {
    if (rules.disabled) return;
    const count = this.countOf(alias, rules) + 1;
    this.forget(alias);
    this.makeRoom();
    this.failures.set(alias, { count, last: this.needs.clock.now() });
    if (count === rules.threshold)
      this.needs.logger.info('a user is locked out after failed logins', {
        mount: this.at.mount.path,
        failures: count,
        ...attempt,
      });
  }

  /** Failures that count now. Once they lock the name, they last as long as the lock. */
  private countOf(alias: string, { threshold, lockedFor, countedFor }: LockoutRules): number {
    const found = this.failures.get(alias);
    if (found === undefined) return 0;
    const lasts = found.count >= threshold ? lockedFor : countedFor;
    return this.needs.clock.now() - found.last < lasts ? found.count : 0;
  }

  private isLocked(alias: string, rules: LockoutRules): boolean {
    return !rules.disabled && this.countOf(alias, rules) >= rules.threshold;
  }
}
