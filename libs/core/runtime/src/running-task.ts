import type { TaskStatus } from '@tidelock/engine-api';
import { type Clock, type Logger, reasonOf, Tally } from '@tidelock/kernel';
import type { Task } from './part';
import type { Timers } from './timers';

/** What runs need of the world. */
export interface World {
  readonly timers: Timers;
  /** For people: when something ran. */
  readonly clock: Clock;
  readonly logger: Logger;
}

const DEFAULT_RETRY = { first: 1000, longest: 60_000 };

/** A task while its part is alive. */
export class RunningTask {
  private readonly tally = new Tally();
  private failures = 0;
  private lastRun: number | undefined;
  private lastDurationMs: number | undefined;
  private lastError: string | undefined;
  private pause: number | undefined;
  private dueAt = Infinity;
  /** Nobody wakes it before. */
  private notBefore = -Infinity;
  private cancel: () => void = () => undefined;
  private underWay: Promise<void> | undefined;
  private again = false;

  constructor(
    private readonly task: Task,
    readonly path: string,
    private readonly signal: AbortSignal,
    private readonly world: World,
  ) {}

  wake(inMilliseconds = 0): void {
    // Something has changed: what failed may go well now, and is not tried as seldom. What rests is left alone.
    if (!this.task.rests) this.pause = undefined;
    this.schedule(inMilliseconds);
  }

  async rerun(): Promise<void> {
    await this.underWay;
    // Whoever waited for the same run has begun the next.
    if (this.underWay === undefined && !this.signal.aborted) this.begin();
    await this.underWay;
  }

  /** To be called once the signal is aborted: nothing begins from then on. @returns when nothing is under way any more. */
  async end(): Promise<void> {
    this.cancel();
    this.dueAt = Infinity;
    await this.underWay;
  }

  status(): TaskStatus {
    const { path, failures, lastRun, lastDurationMs, lastError, tally } = this;
    const nextInMs = this.dueAt === Infinity ? undefined : Math.max(0, this.dueAt - this.world.timers.now());
    return {
      path,
      running: this.underWay !== undefined,
      runs: tally.count,
      failures,
      lastRun,
      lastDurationMs,
      lastError,
      nextInMs,
    };
  }

  private schedule(inMilliseconds: number): void {
    if (this.signal.aborted || inMilliseconds === Infinity) return;
    const now = this.world.timers.now();
    const dueAt = Math.max(now + inMilliseconds, this.notBefore);
    if (this.dueAt <= dueAt) return;
    this.cancel();
    this.dueAt = dueAt;
    this.cancel = this.world.timers.after(dueAt - now, () => this.due());
  }

  private due(): void {
    this.dueAt = Infinity;
    if (this.signal.aborted) return;
    if (this.underWay === undefined) this.begin();
    else this.again = true;
  }

  private begin(): void {
    this.cancel();
    this.dueAt = Infinity;
    this.underWay = this.run().then((pause) => {
      this.underWay = undefined;
      this.schedule(this.again ? 0 : pause);
      this.again = false;
    });
  }

  /** @returns milliseconds until the next run. */
  private async run(): Promise<number> {
    const { timers, clock } = this.world;
    this.lastRun = clock.now();
    const began = timers.now();
    try {
      const pause = await this.task.run(this.signal);
      this.pause = undefined;
      this.lastError = undefined;
      this.notBefore = -Infinity;
      return pause ?? this.task.every ?? Infinity;
    } catch (error) {
      return this.failed(error);
    } finally {
      this.lastDurationMs = timers.now() - began;
      this.tally.add(this.lastDurationMs);
    }
  }

  private failed(error: unknown): number {
    const { retry, every, rests } = this.task;
    const { first, longest } = retry ?? (every === undefined ? DEFAULT_RETRY : { first: every, longest: every });
    this.pause = this.pause === undefined ? first : Math.min(2 * this.pause, longest);
    this.failures += 1;
    this.lastError = reasonOf(error);
    if (rests) this.notBefore = this.world.timers.now() + this.pause;
    if (!this.signal.aborted)
      this.world.logger.warn('a task failed; it is tried again', {
        task: this.path,
        reason: this.lastError,
        inMs: this.pause,
      });
    return this.pause;
  }
}
