import type { Timers } from '@tidelock/core/runtime';
import { formatDuration, TidelockError } from '@tidelock/kernel';

/** For whom something is asked outside the store. */
export interface Asker {
  /** For errors: the path of the mount. */
  readonly place: string;
  /** Uuid of the mount whose end ends the calls. */
  readonly mount?: string;
  /** Aborted once nobody waits for the outcome any more, with the error to end with. Asked where a call is made. */
  readonly gone?: () => AbortSignal;
  /** Milliseconds that are left for the outcome. */
  readonly left?: () => number;
}

/** What came of a call: kept, and given to the handler each time that it makes the call. */
export type Answer<T = unknown> = { readonly value: T } | { readonly error: unknown };

/** Milliseconds that a call has, unless its asker has less. */
export const LONGEST_CALL_MS = 30_000;

/** What is under way outside the store. */
export class Calls {
  private readonly underWay = new Map<AbortController, Asker>();
  private refusal: TidelockError | undefined;

  constructor(private readonly timers: Timers) {}

  /** What is asked from here on is refused, and what is under way cut off. */
  close(refusal: TidelockError): void {
    this.refusal = refusal;
    for (const call of this.underWay.keys()) call.abort(refusal);
  }

  open(): void {
    this.refusal = undefined;
  }

  /** Cuts off what is under way for a mount. */
  cutOff(mountUuid: string, error: TidelockError): void {
    for (const [call, { mount }] of this.underWay) if (mount === mountUuid) call.abort(error);
  }

  /**
   * Makes one call.
   *
   * @param name for errors.
   * @returns its answer, its error, or that its time was over.
   * @throws {TidelockError} why nobody wants an answer any more; whatever becomes of the call then.
   */
  async make<T>(asker: Asker, name: string, call: (signal: AbortSignal) => Promise<T>): Promise<Answer<T>> {
    const gone = this.goneOf(asker);
    const controller = new AbortController();
    const { signal } = controller;
    const limit = Math.min(LONGEST_CALL_MS, asker.left?.() ?? LONGEST_CALL_MS);
    const tooLate = timeIsOver(asker, name, limit);
    if (limit <= 0) return { error: tooLate };
    const hangUp = (): void => controller.abort(gone?.reason);
    gone?.addEventListener('abort', hangUp);
    this.underWay.set(controller, asker);
    const cancel = this.timers.after(limit, () => controller.abort(tooLate));
    try {
      return { value: await unlessAborted(signal, call) };
    } catch (error) {
      if (!signal.aborted) return { error };
      if (signal.reason !== tooLate) throw signal.reason;
      return { error: tooLate };
    } finally {
      cancel();
      gone?.removeEventListener('abort', hangUp);
      this.underWay.delete(controller);
    }
  }

  /** @throws why nobody wants an answer. */
  private goneOf(asker: Asker): AbortSignal | undefined {
    if (this.refusal !== undefined) throw this.refusal;
    const gone = asker.gone?.();
    gone?.throwIfAborted();
    return gone;
  }
}

/** Waits no longer than the signal, whether the call heeds it or not. */
function unlessAborted<T>(signal: AbortSignal, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    void (async () => call(signal))().then(resolve, reject);
  });
}

const timeIsOver = ({ place }: Asker, name: string, milliseconds: number): TidelockError =>
  new TidelockError(
    'OUTSIDE_UNANSWERED',
    `${place}: ${JSON.stringify(name)} was not answered within ${formatDuration(Math.max(0, Math.ceil(milliseconds / 1000)))}: context deadline exceeded`,
  );
