/** Lets one loop wait until somebody has work for it. A call before the wait counts. */
export class WakeUp {
  private called = false;
  private resume: (() => void) | undefined;

  call(): void {
    this.called = true;
    this.resume?.();
  }

  /** @returns at a call, or after `milliseconds` without one; whether there was a call. */
  async wait(milliseconds: number): Promise<boolean> {
    if (!this.called) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.resume = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const { called } = this;
    this.resume = undefined;
    this.called = false;
    return called;
  }
}
