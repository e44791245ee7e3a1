import { setTimeout as sleep } from 'node:timers/promises';
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
  private underWay = false;
  /** How often the right was lost: whatever was read before the last time may be old. */
  private count = 0;

  constructor(private readonly parts: ReopeningParts) {}

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
    void this.run();
  }

  /** It is sealed: nothing is brought up again. */
  end(): void {
    this.underWay = false;
  }

  private async run(): Promise<void> {
    const { mutex, tenure } = this.parts;
    while (this.underWay) {
      const { losses } = this;
      await mutex.run(async () => {
        if (this.underWay) await this.parts.close();
      });
      await tenure.held();
      await mutex.run(() => this.open(losses));
    }
  }

  private async open(losses: number): Promise<void> {
    if (!this.underWay) return;
    const { open, giveUp, logger } = this.parts;
    try {
      await open();
      if (losses !== this.count) return;
      this.underWay = false;
      this.parts.opened();
    } catch (error) {
      if (isOfTheStorage(error)) return sleep(RETRY_MS, undefined, { ref: false });
      logger.error('the service could not be brought up again; it is sealed', { reason: reasonOf(error) });
      await giveUp();
    }
  }
}

const isOfTheStorage = (error: unknown): boolean =>
  isTidelockError(error) &&
  (error.code === 'STORAGE_UNAVAILABLE' || error.code === 'FENCED' || error.code === 'COMMIT_UNKNOWN');
