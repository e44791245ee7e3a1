import { isTidelockError } from '@tidelock/kernel';

/** Of those that are over; what is still under way is never forgotten. */
const MOST = 1000;
/** Milliseconds, longer than any caller waits: whose answer was lost can be asked for what became of it. */
export const OUTCOMES_KEPT_MS = 60_000;

/** What became of the requests of the last moments: one that comes again, by its id, is answered from the first and not done twice. */
export class FirstOutcomes {
  private readonly known = new Map<string, Promise<unknown>>();
  /** Ids of what is over, oldest first. */
  private readonly over = new Set<string>();

  /** @param id names the request. */
  async once<T>(id: string, work: () => Promise<T>): Promise<T> {
    const first = this.known.get(id);
    if (first !== undefined) return first as Promise<T>;
    const outcome = work();
    this.known.set(id, outcome);
    outcome.then(
      () => this.keep(id, outcome),
      // Nothing was done: it may be tried again.
      (error: unknown) =>
        isTidelockError(error, 'FORWARDED_TOO_LATE') ? this.known.delete(id) : this.keep(id, outcome),
    );
    return outcome;
  }

  /** What became of it, or will; `undefined`: nothing is known of it, or it came too late to be done. */
  of(id: string): Promise<unknown> | undefined {
    return this.known.get(id);
  }

  private keep(id: string, outcome: Promise<unknown>): void {
    this.over.add(id);
    const [oldest = id] = this.over;
    if (this.over.size > MOST) this.forget(oldest);
    setTimeout(() => {
      if (this.known.get(id) === outcome) this.forget(id);
    }, OUTCOMES_KEPT_MS).unref();
  }

  private forget(id: string): void {
    this.over.delete(id);
    this.known.delete(id);
  }
}
