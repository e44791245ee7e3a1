import type { Clock, Logger } from '@tidelock/kernel';
import type { RefusalReason } from '../domain/errors';

export interface Refusal {
  readonly reason: RefusalReason;
  /** The broker's offset of the message. */
  readonly offset: string;
  /** ms since the Unix epoch. */
  readonly at: number;
}

export interface RefusalCount {
  readonly total: number;
  readonly last: Refusal | undefined;
}

/** Refusals closer together than this are one burst and one line in the log. */
const BURST_MS = 60_000;

/** Counts messages that had no effect, each once, however often the broker delivers it. */
export class Refusals {
  private total = 0;
  private last: Refusal | undefined;
  private countedTo = -1n;

  constructor(
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** @returns the refusal, `undefined` when it was counted before. */
  count(reason: RefusalReason, offset: string): Refusal | undefined {
    if (BigInt(offset) <= this.countedTo) return undefined;
    this.countedTo = BigInt(offset);
    const at = this.clock.now();
    if (this.last === undefined || at - this.last.at > BURST_MS) this.logger.warn('a message of the stream was refused', { reason, offset });
    this.total++;
    return (this.last = { reason, offset, at });
  }

  get snapshot(): RefusalCount {
    return { total: this.total, last: this.last };
  }
}
