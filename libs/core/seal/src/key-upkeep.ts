import type { Barrier, KeptUsage } from '@tidelock/barrier';
import type { Part } from '@tidelock/core/runtime';
import { type Clock, isTidelockError, type Logger } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';
import type { KeyRotation } from './key-rotation';

export interface UpkeepParts {
  readonly store: Pick<Store, 'begin' | 'local'>;
  readonly barrier: Pick<Barrier, 'sealed' | 'keptUsage' | 'countOn'>;
  readonly rotation: Pick<KeyRotation, 'rotateIfDue'>;
  /** Whether replicated state is written on this cluster: the primary rotates for all. */
  readonly writesHere: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

const EVERY_MS = 60_000;
/** No secret, and outside the barrier: keeping the count must not raise it. */
const USAGE = 'key-usage';

/**
 * Rotates the data key when that is due, and keeps the count of its uses over restarts. A crash loses the count of a minute, for
 * which the limit of 90 % leaves room.
 */
export class KeyUpkeep implements Part {
  readonly name = 'data-key';
  readonly tasks = [{ name: 'upkeep', every: EVERY_MS, run: () => this.look() }];
  private kept = '';

  constructor(private readonly parts: UpkeepParts) {}

  /** Goes on counting. */
  async start(): Promise<void> {
    const row = await this.parts.store.local.row('cluster', USAGE);
    if (row !== undefined) this.parts.barrier.countOn(JSON.parse(row.value.toString('utf8')) as KeptUsage);
  }

  /** Before a seal, while the barrier is open. */
  stop(): Promise<void> {
    return this.keep();
  }

  /** One look. */
  async look(): Promise<void> {
    const { barrier, writesHere } = this.parts;
    if (barrier.sealed) return;
    await this.keep();
    if (writesHere()) await this.rotate();
  }

  private async rotate(): Promise<void> {
    const { rotation, clock, logger } = this.parts;
    try {
      if (await rotation.rotateIfDue(clock.now()))
        logger.info("the barrier's data key was rotated, as sys/rotate/config says");
    } catch (error) {
      // Another rotation, or a change of role, came first: the next look finds what is left to do.
      if (!isTidelockError(error, 'WRITE_CONFLICT') && !isTidelockError(error, 'READ_ONLY_REPLICA')) throw error;
    }
  }

  private async keep(): Promise<void> {
    const { barrier, store } = this.parts;
    if (barrier.sealed) return;
    const text = JSON.stringify(barrier.keptUsage);
    if (text === this.kept) return;
    const unit = store.begin();
    unit.local.put('cluster', { key: USAGE, value: Buffer.from(text) });
    await unit.commit();
    this.kept = text;
  }
}
