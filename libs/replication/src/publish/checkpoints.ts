import { type Clock, type Logger, reasonOf } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import { encodeCheckpoint } from '../domain/checkpoint';

const INTERVAL_MS = 5000;

/** Puts a checkpoint into the journal every five seconds in which something was committed. */
export class Checkpoints {
  private timer: NodeJS.Timeout | undefined;
  private lastIndex: number;

  constructor(
    private readonly store: Pick<Store, 'position' | 'journal'>,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.lastIndex = store.position().replicatedIndex;
  }

  start(): void {
    this.timer = setInterval(() => {
      this.take().catch((error: unknown) => this.logger.warn('no checkpoint could be taken', { reason: reasonOf(error) }));
    }, INTERVAL_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** @returns whether there was anything to prove. */
  async take(): Promise<boolean> {
    if (this.store.position().replicatedIndex === this.lastIndex) return false;
    await this.store.journal.append('checkpoint', ({ index, merkleRoot }) => {
      this.lastIndex = index;
      return encodeCheckpoint({ index, merkleRoot, time: this.clock.now() });
    });
    return true;
  }
}
