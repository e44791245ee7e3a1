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
  readonly reasons: Readonly<Partial<Record<RefusalReason, number>>>;
  readonly last: Refusal | undefined;
}

/** Refusals closer together than this are one burst and one line in the log. */
const BURST_MS = 60_000;

/** Counts messages that had no effect, each once, however often the broker delivers it. */
export class Refusals {
  private readonly reasons = new Map<RefusalReason, number>();
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
    if (this.last === undefined || at - this.last.at > BURST_MS)
      this.logger.warn('a message of the stream was refused', { reason, offset });
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    return (this.last = { reason, offset, at });
  }

  get snapshot(): RefusalCount {
    const total = [...this.reasons.values()].reduce((sum, count) => sum + count, 0);
    return { total, reasons: Object.fromEntries(this.reasons), last: this.last };
  }
}
