import type { Task } from '@tidelock/core/runtime';
import type { Clock } from '@tidelock/kernel';
import type { Outbox, Store } from '@tidelock/store';
import { encodeCheckpoint } from '../domain/checkpoint';

const INTERVAL_MS = 5000;

/**
 * Puts a checkpoint into the journal every five seconds: proof of what was committed since the last one, or else a canary, from
 * whose age a secondary tells how long what the primary commits is on its way. A stream that is held up gets no more canaries.
 */
export class Checkpoints implements Task {
  readonly name = 'checkpoints';
  readonly every = INTERVAL_MS;
  readonly after = INTERVAL_MS;
  private lastIndex: number;

  constructor(
    private readonly store: Pick<Store, 'position'> & Pick<Outbox, 'journal'>,
    private readonly clock: Clock,
    private readonly heldUp: () => boolean,
  ) {
    this.lastIndex = store.position().replicatedIndex;
  }

  async run(): Promise<void> {
    await this.take();
  }

  /** @returns whether one was taken. */
  async take(): Promise<boolean> {
    if (this.store.position().replicatedIndex === this.lastIndex && this.heldUp()) return false;
    await this.store.journal.append('checkpoint', ({ index, merkleRoot, viewRoots }) => {
      this.lastIndex = index;
      const filtered = Object.keys(viewRoots).length > 0;
      return encodeCheckpoint({ index, merkleRoot, time: this.clock.now(), ...(filtered && { viewRoots }) });
    });
    return true;
  }
}
