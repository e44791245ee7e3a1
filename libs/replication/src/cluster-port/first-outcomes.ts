import { isTidelockError } from '@tidelock/kernel';
import { encodeCall, failureOf } from './codec';

/** Of those that are over; what is still under way is never forgotten. */
const MOST = 1000;
/** Of these, together, as they are sent. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Milliseconds, longer than any caller waits: whose answer was lost can be asked for what became of it. */
export const OUTCOMES_KEPT_MS = 60_000;

/** What became of the requests of the last moments: one that comes again, by its id, is answered from the first and not done twice. */
export class FirstOutcomes<T = unknown> {
  private readonly known = new Map<string, Promise<T>>();
  /** By the ids of what is over, oldest first. */
  private readonly over = new Map<string, { readonly bytes: number; readonly until: number }>();
  private bytes = 0;
  private hasEnded = false;

  /**
   * @param id names the request.
   * @param isKept whether its outcome is worth keeping: an answer, or `undefined` where it failed.
   */
  async once(id: string, work: () => Promise<T>, isKept: (answer?: T) => boolean = () => true): Promise<T> {
    const first = this.known.get(id);
    if (first !== undefined) return first;
    const outcome = work();
    this.known.set(id, outcome);
    outcome.then(
      (answer) => (isKept(answer) ? this.keep(id, answer) : this.forget(id)),
      // Too late: nothing was done, and it may be tried again.
      (error: unknown) =>
        isTidelockError(error, 'FORWARDED_TOO_LATE') || !isKept() ? this.forget(id) : this.keep(id, failureOf(error)),
    );
    return outcome;
  }

  /** What became of it, or will; `undefined`: nothing is known of it, or it came too late to be done. */
  of(id: string): Promise<T> | undefined {
    return this.known.get(id);
  }

  /** Forgets all, and keeps nothing from now on: there are secrets among it. */
  end(): void {
    this.hasEnded = true;
    for (const id of [...this.known.keys()]) this.forget(id);
  }

  /** Forgets what has been over for a minute. */
  dropOld(): void {
    const now = performance.now();
    for (const [id, { until }] of this.over) {
      if (until > now) return;
      this.forget(id);
    }
  }

  private keep(id: string, sent: unknown): void {
    const bytes = sizeOf(sent);
    if (this.hasEnded || bytes > MOST_BYTES) return this.forget(id);
    this.over.set(id, { bytes, until: performance.now() + OUTCOMES_KEPT_MS });
    this.bytes += bytes;
    for (const oldest of this.over.keys()) {
      if (this.over.size <= MOST && this.bytes <= MOST_BYTES) break;
      this.forget(oldest);
    }
  }

  private forget(id: string): void {
    this.bytes -= this.over.get(id)?.bytes ?? 0;
    this.over.delete(id);
    this.known.delete(id);
  }
}

/** What cannot be sent is too large. */
function sizeOf(sent: unknown): number {
  try {
    return encodeCall(sent).length;
  } catch {
    return Infinity;
  }
}
