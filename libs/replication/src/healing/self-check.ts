import { type Logger, reasonOf } from '@tidelock/kernel';
import type { BucketFinding, StoreIntegrity } from '@tidelock/store';
import { BUCKETS } from './bucket-walk';

/** 64 buckets a minute: the whole store in 17 hours. */
export const SELF_CHECK_MS = 60_000;
export const BUCKETS_A_SLICE = 64;
const DEEP = { authenticate: true };

/** Looks at a slice of the store every minute, so that damage is found before somebody reads it. */
export class SelfCheck {
  private timer: NodeJS.Timeout | undefined;
  /** Anywhere, so that restarts do not keep a part of the store from being looked at. */
  private next = Math.floor(Math.random() * BUCKETS);
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly integrity: StoreIntegrity,
    /** After each slice, also when nothing was found. */
    private readonly looked: (findings: readonly BucketFinding[]) => Promise<void>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.stopTimer();
    this.timer = setInterval(() => {
      this.looking = this.looking.then(() => this.look()).catch((error: unknown) => this.logger.warn('the check of stored records failed', { reason: reasonOf(error) }));
    }, SELF_CHECK_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    this.stopTimer();
    await this.looking;
  }

  /** The next slice. */
  async look(): Promise<void> {
    const from = this.next;
    const count = Math.min(BUCKETS_A_SLICE, BUCKETS - from);
    this.next = (from + count) % BUCKETS;
    await this.looked(await this.integrity.check(from, count, DEEP));
  }

  private stopTimer(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
