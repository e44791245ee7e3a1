import { TidelockError } from '@tidelock/kernel';

interface Failures {
  readonly count: number;
  /** Milliseconds since the Unix epoch. */
  readonly last: number;
}

const THRESHOLD = 5;
/** Life of a lock, and of the count of failures before it. */
const DURATION_MILLISECONDS = 15 * 60_000;
const MOST_REMEMBERED = 100_000;

/**
 * Counts failed logins in memory, on each cluster by itself (Vault concept "User lockout"): after five in a row a name is
 * refused for 15 minutes, even with the right password.
 */
export class Lockout {
  private readonly failures = new Map<string, Failures>();

  /** @throws {TidelockError} PERMISSION_DENIED while the name is locked. */
  check(name: string, now: number): void {
    if ((this.current(name, now)?.count ?? 0) >= THRESHOLD) throw new TidelockError('PERMISSION_DENIED');
  }

  failed(name: string, now: number): void {
    const count = (this.current(name, now)?.count ?? 0) + 1;
    // Deleting first keeps the map in order of the last failure, so that the oldest one is dropped.
    this.failures.delete(name);
    if (this.failures.size >= MOST_REMEMBERED) this.failures.delete(this.failures.keys().next().value as string);
    this.failures.set(name, { count, last: now });
  }

  succeeded(name: string): void {
    this.failures.delete(name);
  }

  private current(name: string, now: number): Failures | undefined {
    const found = this.failures.get(name);
    return found !== undefined && now - found.last < DURATION_MILLISECONDS ? found : undefined;
  }
}
