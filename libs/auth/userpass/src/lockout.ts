import type { UserLockoutConfig } from '@tidelock/engine-api';
import { TidelockError } from '@tidelock/kernel';

interface Failures {
  readonly count: number;
  /** Milliseconds since the Unix epoch. */
  readonly last: number;
}

/** Who logs in when: a name, the mount's settings, and the time in milliseconds since the Unix epoch. */
export interface Attempt {
  readonly name: string;
  readonly config?: Readonly<UserLockoutConfig> | undefined;
  readonly now: number;
}

const THRESHOLD = 5;
const DURATION_SECONDS = 15 * 60;
const MOST_REMEMBERED = 100_000;

/**
 * Counts failed logins in memory, on each cluster by itself (Vault concept "User lockout"): after so many in a row a name is
 * refused for a while, even with the right password.
 */
export class Lockout {
  private readonly failures = new Map<string, Failures>();

  /** @throws {TidelockError} PERMISSION_DENIED while the name is locked. */
  check(attempt: Attempt): void {
    const { name, config = {}, now } = attempt;
    const found = this.failures.get(name);
    if (found === undefined || config.lockout_disable || found.count < thresholdOf(attempt)) return;
    if (isWithin(now - found.last, config.lockout_duration)) throw new TidelockError('PERMISSION_DENIED');
    this.failures.delete(name);
  }

  failed(attempt: Attempt): void {
    const { name, config, now } = attempt;
    const found = this.failures.get(name);
    const isCounted = found !== undefined && isWithin(now - found.last, config?.lockout_counter_reset_duration);
    // Deleting first keeps the map in order of the last failure, so that the oldest one is dropped.
    this.failures.delete(name);
    if (this.failures.size >= MOST_REMEMBERED) this.failures.delete(this.failures.keys().next().value as string);
    this.failures.set(name, { count: (isCounted ? found.count : 0) + 1, last: now });
  }

  succeeded({ name }: Pick<Attempt, 'name'>): void {
    this.failures.delete(name);
  }
}

// Zero stands for the default, as in all of a mount's settings.
const thresholdOf = ({ config }: Attempt): number => config?.lockout_threshold || THRESHOLD;
const isWithin = (milliseconds: number, seconds: number | undefined): boolean => milliseconds < (seconds || DURATION_SECONDS) * 1000;
