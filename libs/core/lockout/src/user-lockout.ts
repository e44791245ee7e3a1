import { type LockedUsers, type LoginName, type MountService, UserLockoutService } from '@tidelock/engine-api';
import { type Clock, type Logger, TidelockError } from '@tidelock/kernel';
import { type LockoutRules, type LockoutSettings, rulesFor } from './lockout-rules';

interface Failures {
  readonly accessor: string;
  readonly alias: string;
  readonly count: number;
  /** Milliseconds since the Unix epoch. */
  readonly last: number;
}

export interface LockoutNeighbours {
  readonly mounts: Pick<MountService, 'list'>;
  readonly settings: LockoutSettings;
  readonly clock: Clock;
  readonly logger: Logger;
}

const MOST_REMEMBERED = 100_000;

/** Counts failed logins in memory. */
export class UserLockout extends UserLockoutService {
  /** By name, in order of the last failure, so that the oldest one is dropped. */
  private readonly failures = new Map<string, Failures>();
  /** Ends of the comparisons under way, by name. */
  private readonly running = new Map<string, Set<Promise<unknown>>>();

  constructor(private readonly at: LockoutNeighbours) {
    super();
  }

  override refuseLocked(login: LoginName): void {
    const rules = rulesFor(login.mount, this.at.settings);
    if (this.isLocked(this.failures.get(nameOf(login)), rules)) throw new TidelockError('PERMISSION_DENIED');
  }

  override async attempt(login: LoginName, isRight: () => Promise<boolean>): Promise<boolean> {
    const name = nameOf(login);
    const rules = rulesFor(login.mount, this.at.settings);
    for (;;) {
      this.refuseLocked(login);
      const running = this.running.get(name) ?? new Set();
      const mayFail = this.countOf(this.failures.get(name), rules) + running.size < rules.threshold;
      if (rules.disabled || mayFail) return this.compare(login, rules, isRight);
      await Promise.race(running);
    }
  }

  override locked(mountAccessor?: string): readonly LockedUsers[] {
    const aliases = new Map<string, string[]>(mountAccessor === undefined ? [] : [[mountAccessor, []]]);
    const rules = new Map(
      this.at.mounts.list('auth').map((mount) => [mount.accessor, rulesFor(mount, this.at.settings)]),
    );
    for (const found of this.failures.values()) {
      if (mountAccessor !== undefined && found.accessor !== mountAccessor) continue;
      const rulesThere = rules.get(found.accessor);
      if (rulesThere === undefined || !this.isLocked(found, rulesThere)) continue;
      aliases.set(found.accessor, [...(aliases.get(found.accessor) ?? []), found.alias]);
    }
    return [...aliases].map(([accessor, names]) => ({ mountAccessor: accessor, aliases: names.sort() }));
  }

  override unlock(mountAccessor: string, alias: string): void {
    this.failures.delete(`${mountAccessor}/${alias}`);
  }

  /** Is under way from the same turn on in which there was room for it. */
  private async compare(login: LoginName, rules: LockoutRules, isRight: () => Promise<boolean>): Promise<boolean> {
    const name = nameOf(login);
    const comparison = isRight();
    const end = comparison.then(
      (right) => (right ? this.failures.delete(name) : this.failed(login, rules)),
      () => undefined,
    );
    const running = this.running.get(name) ?? new Set();
    this.running.set(name, running.add(end));
    await end;
    running.delete(end);
    if (running.size === 0) this.running.delete(name);
    return comparison;
  }

  private failed({ mount, alias, attempt }: LoginName, rules: LockoutRules): void {
    if (rules.disabled) return;
    const name = nameOf({ mount, alias });
    const count = this.countOf(this.failures.get(name), rules) + 1;
    this.failures.delete(name);
    if (this.failures.size >= MOST_REMEMBERED) this.failures.delete(this.failures.keys().next().value as string);
    this.failures.set(name, { accessor: mount.accessor, alias, count, last: this.at.clock.now() });
    if (count === rules.threshold)
      this.at.logger.info('a user is locked out after failed logins', {
        mount: mount.path,
        failures: count,
        ...attempt,
      });
  }

  /** Failures that count now. Once they lock the name, they last as long as the lock. */
  private countOf(found: Failures | undefined, { threshold, lockedFor, countedFor }: LockoutRules): number {
    if (found === undefined) return 0;
    const lasts = found.count >= threshold ? lockedFor : countedFor;
    return this.at.clock.now() - found.last < lasts ? found.count : 0;
  }

  private isLocked(found: Failures | undefined, rules: LockoutRules): boolean {
    return !rules.disabled && this.countOf(found, rules) >= rules.threshold;
  }
}

const nameOf = ({ mount, alias }: Pick<LoginName, 'mount' | 'alias'>): string => `${mount.accessor}/${alias}`;
