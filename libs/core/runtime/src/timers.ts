/** Passing time, so that specs can move it. */
export interface Timers {
  /** Steady milliseconds since some moment: setting the wall clock does not move them. */
  now(): number;
  /** Calls back once. Waiting keeps no process alive. @returns cancels it. */
  after(milliseconds: number, call: () => void): () => void;
}

/** A timer's delay ends there: 2^31 - 1 ms, some 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

export const systemTimers: Timers = {
  now: () => performance.now(),
  after(milliseconds, call) {
    // A timer waits for a millisecond at least, which is long for what has been woken. Without a reference the turn waits for the next event.
    if (milliseconds <= 0) {
      const turn = setImmediate(call);
      return () => clearImmediate(turn);
    }
    let timer: NodeJS.Timeout;
    const wait = (left: number): void => {
      timer = setTimeout(
        () => (left > LONGEST_MS ? wait(left - LONGEST_MS) : call()),
        Math.min(left, LONGEST_MS),
      ).unref();
    };
    wait(milliseconds);
    return () => clearTimeout(timer);
  },
};
