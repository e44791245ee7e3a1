import { RunningPart, type Timers } from '@tidelock/core/runtime';
import { type Logger, silentLogger } from '@tidelock/kernel';

interface Waiting {
  readonly at: number;
  readonly call: () => void;
}

/** Turns of the event loop for what a database answers between two runs. */
const TURNS = 20;

/**
 * A tree of parts whose time a spec moves: timers and clock together.
 *
 * @example
 * const runtime = new TestRuntime(NOON);
 * await runtime.root.begin(sweep);
 * await runtime.advance(60_000);
 */
export class TestRuntime implements Timers {
  readonly root: RunningPart;
  readonly clock = { now: (): number => this.began + this.passed };
  private readonly waiting = new Set<Waiting>();
  private passed = 0;

  /** @param began ms since the Unix epoch. */
  constructor(
    private readonly began: number,
    logger: Logger = silentLogger,
  ) {
    this.root = RunningPart.root('node', { timers: this, clock: this.clock, logger });
  }

  now(): number {
    return this.passed;
  }

  after(milliseconds: number, call: () => void): () => void {
    const waiting = { at: this.passed + milliseconds, call };
    this.waiting.add(waiting);
    return () => void this.waiting.delete(waiting);
  }

  /** Lets time pass. Everything that is due meanwhile runs to its end, in order. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.passed + milliseconds;
    await this.settled();
    for (let next = this.first(); next !== undefined && next.at <= end; next = this.first()) {
      this.passed = Math.max(this.passed, next.at);
      this.waiting.delete(next);
      next.call();
      await this.settled();
    }
    this.passed = end;
  }

  private first(): Waiting | undefined {
    return [...this.waiting].sort((a, b) => a.at - b.at)[0];
  }

  private async settled(): Promise<void> {
    for (let turn = 0; turn < TURNS || this.root.tasks().some(({ running }) => running); turn += 1)
      await new Promise(setImmediate);
  }
}
