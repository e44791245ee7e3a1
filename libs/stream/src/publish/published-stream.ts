import type { Part } from '@tidelock/core/runtime';
import type { RefusalCount } from '../apply/refusals';
import type { StreamPosition } from '@tidelock/store';

export interface PublisherStatus {
  /** Index of the last message that the broker has acknowledged. */
  readonly publishedIndex: number;
  /** Committed, not yet acknowledged. */
  readonly pendingRows: number;
  /** When the oldest of those was committed, ms; `null` when there is none. */
  readonly oldestPendingTime: number | null;
  readonly brokerUp: boolean;
  /** Why the last attempt failed; `undefined` once one has succeeded. */
  readonly lastError: string | undefined;
  /** Messages in the topic that claim a later epoch and have no effect. */
  readonly refused: RefusalCount;
}

/** One stream that this cluster publishes. It has started when its position is known; when it has ended, what was acknowledged is marked. */
export interface PublishedStream extends Part {
  /** The last message acknowledged: where a copy that is begun now goes on from. */
  position(): StreamPosition;
  /** Index of the last row of the journal that needs no publishing here any more. */
  scanned(): number;
  /** Index of the last change that concerns this stream, as far as is known: what its followers should have applied. */
  head(): number;
  status(): PublisherStatus;
  /** Once it has ended for good. */
  deleteTopic(): Promise<void>;
}
