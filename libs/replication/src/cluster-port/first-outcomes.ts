import { isTidelockError } from '@tidelock/kernel';

const MOST = 1000;
/** Longer than any caller waits. */
const KEPT_MS = 15_000;

/** What became of the requests of the last moments: one that comes again, by its id, is answered from the first and not done twice. */
export class FirstOutcomes {
  private readonly known = new Map<string, Promise<unknown>>();

  /** @param id names the request and who sent it. */
  async once<T>(id: string, work: () => Promise<T>): Promise<T> {
    const first = this.known.get(id);
    if (first !== undefined) return first as Promise<T>;
    const outcome = work();
    this.known.set(id, outcome);
    for (const oldest of this.known.keys()) if (this.known.size > MOST) this.known.delete(oldest);
    const forget = (): void => {
      if (this.known.get(id) === outcome) this.known.delete(id);
    };
    outcome.then(
      () => void setTimeout(forget, KEPT_MS).unref(),
      // Nothing was done: it may be tried again.
      (error: unknown) => (isTidelockError(error, 'FORWARDED_TOO_LATE') ? forget() : void setTimeout(forget, KEPT_MS).unref()),
    );
    return outcome;
  }
}
