import { type Logger, reasonOf } from '@tidelock/kernel';
import type { StoreSubscriber } from '../ports/unit-of-work';

/** Whoever remembers something of the store. One's failure keeps nobody else from being told. */
export class Subscribers {
  private readonly all = new Set<StoreSubscriber>();

  constructor(private readonly logger: Logger) {}

  /** @returns the way to stop. */
  add(subscriber: StoreSubscriber): () => void {
    this.all.add(subscriber);
    return () => this.all.delete(subscriber);
  }

  tell(event: (subscriber: StoreSubscriber) => void): void {
    for (const subscriber of this.all) {
      try {
        event(subscriber);
      } catch (error) {
        this.logger.error('a subscriber failed after a commit', { reason: reasonOf(error) });
      }
    }
  }
}
