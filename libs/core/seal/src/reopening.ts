import { type Life, type Task, unlessEnded } from '@tidelock/core/runtime';
import { isTidelockError, type Logger, reasonOf } from '@tidelock/kernel';
import type { StoreTenure } from '@tidelock/store';
import type { Mutex } from './mutex';

export interface ReopeningParts {
  readonly tenure: Pick<StoreTenure, 'held'>;
  readonly mutex: Mutex;
  readonly logger: Logger;
  /** Takes the rest of the service down; the keys stay in memory. */
  readonly close: () => Promise<void>;
  /** Brings it up again from what the storage says now. */
  readonly open: () => Promise<void>;
  readonly opened: () => void;
  /** Seals: it cannot be brought up, and not because of the storage. */
  readonly giveUp: () => Promise<void>;
}

const RETRY_MS = 500;

/** What an unsealed node does when it loses the right to its storage: down at once, up again when it has it. A seal meanwhile is not held up. */
export class Reopening {
  readonly task: Task = { name: 'reopen', run: (signal) => this.run(signal) };
  private underWay = false;
  /** How often the right was lost: whatever was read before the last time may be old. */
  private count = 0;
  private life: Life | undefined;

  constructor(private readonly parts: ReopeningParts) {}

  /** The part that the task belongs to has started. */
  liveIn(life: Life): void {
    this.life = life;
  }

  get isUnderWay(): boolean {
    return this.underWay;
  }

  get losses(): number {
    return this.count;
  }

  /** @param isOpen the service is up. */
  lost(isOpen: boolean): void {
    this.count += 1;
    if (isOpen) this.start();
  }

  start(): void {
    if (this.underWay) return;
    this.underWay = true;
    this.life?.wake(this.task);
  }

  /** It is sealed: nothing is brought up again. */
  end(): void {
    this.underWay = false;
  }

  /** One attempt. @returns milliseconds until the next. */
  private async run(signal: AbortSignal): Promise<number | void> {
    const { losses } = this;
    const { mutex, tenure, close } = this.parts;
    await mutex.run(async () => {
      if (this.underWay) await close();
    });
    await unlessEnded(signal, tenure.held());
    await mutex.run(() => this.open(losses));
    if (this.underWay) return losses === this.count ? RETRY_MS : 0;
  }

  private async open(losses: number): Promise<void> {
    // Lost again: the next attempt begins with a close.
    if (!this.underWay || losses !== this.count) return;
    const { open, opened, giveUp, logger } = this.parts;
    try {
      await open();
      if (losses !== this.count) return;
      this.underWay = false;
      opened();
    } catch (error) {
      if (isOfTheStorage(error)) return;
      logger.error('the service could not be brought up again; it is sealed', { reason: reasonOf(error) });
      await giveUp();
    }
  }
}

const isOfTheStorage = (error: unknown): boolean =>
  isTidelockError(error) &&
  (error.code === 'STORAGE_UNAVAILABLE' || error.code === 'FENCED' || error.code === 'COMMIT_UNKNOWN');
