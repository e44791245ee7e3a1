import { type Logger, reasonOf } from '@tidelock/kernel';
import { KEYRING } from '../ports/seal-records';
import type { CommittedChange, StoreSubscriber } from '../ports/unit-of-work';
import type { Committed } from './committer';
import type { Group } from './group';

/** Whoever remembers something of the store. One's failure keeps nobody else from being told. */
export class Subscribers {
  private readonly all = new Set<StoreSubscriber>();

  constructor(private readonly logger: Logger) {}

  /** @returns the way to stop. */
  add(subscriber: StoreSubscriber): () => void {
    this.all.add(subscriber);
    return () => this.all.delete(subscriber);
  }

  /** One of the jobs that were committed as a group. */
  tellCommitted(group: Group, { job, footprint }: Committed): void {
    const keyring = footprint.replicated.has(KEYRING) ? group.records.get(KEYRING) : undefined;
    const change: CommittedChange = {
      origin: job.origin,
      replicatedKeys: [...footprint.replicated],
      localRows: [...footprint.local].flatMap(([table, rows]) => [...rows.keys()].map((id) => ({ table, id }))),
      ...(keyring && { keyring }),
    };
    this.tell((subscriber) => subscriber.committed(change));
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
