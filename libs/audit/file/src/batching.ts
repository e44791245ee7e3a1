/** Writes text somewhere; never called again before the last call has ended. */
export type Append = (text: string) => Promise<void>;

/**
 * Gathers what is written during one turn of the event loop, or while a write is under way, into one write. Each caller
 * waits for the write that holds its text, and fails with it.
 */
export class Batching {
  private waiting: string[] = [];
  private next: Promise<void> | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly append: Append) {}

  write(text: string): Promise<void> {
    this.waiting.push(text);
    return (this.next ??= this.schedule());
  }

  /** Runs `work` when nothing is being written, and nothing is written meanwhile. */
  exclusively(work: () => Promise<void>): Promise<void> {
    const done = this.last.then(work, work);
    this.last = done.catch(() => undefined);
    return done;
  }

  private schedule(): Promise<void> {
    const turn = new Promise<void>((resolve) => setImmediate(resolve));
    return this.exclusively(async () => {
      await turn;
      const text = this.waiting.join('');
      this.waiting = [];
      this.next = undefined;
      await this.append(text);
    });
  }
}
