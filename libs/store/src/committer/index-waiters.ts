interface Waiter {
  readonly index: number;
  readonly settle: (reached: boolean) => void;
}

/** Requests that wait until a mutation has been applied here. */
export class IndexWaiters {
  private readonly waiting = new Set<Waiter>();

  /** @returns `false` when the time is over first. */
  wait(current: number, index: number, timeoutMilliseconds: number): Promise<boolean> {
    if (current >= index) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        index,
        settle: (reached) => {
          clearTimeout(timer);
          this.waiting.delete(waiter);
          resolve(reached);
        },
      };
      const timer = setTimeout(() => waiter.settle(false), timeoutMilliseconds);
      this.waiting.add(waiter);
    });
  }

  reached(index: number): void {
    for (const waiter of this.waiting) if (waiter.index <= index) waiter.settle(true);
  }
}
