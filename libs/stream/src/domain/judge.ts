import { TidelockError } from '@tidelock/kernel';
import type { ChainPosition, Header } from './header';

/** An authentic message does not follow the replica's position: something between is missing, or history forked. */
export class StreamGapError extends TidelockError {
  constructor(
    readonly at: ChainPosition,
    readonly next: Header,
  ) {
    super(
      'STREAM_GAP',
      `replication stream has a gap: at epoch ${at.epoch} index ${at.index}, received epoch ${next.epoch} index ${next.index} after ${next.prev}`,
    );
  }
}

export type Verdict = 'apply' | 'skip';

/** Whether a message lies at or behind a position: a repeat, or a late write of a fenced primary. */
export const isBehind = (at: Pick<ChainPosition, 'epoch' | 'index'>, next: Pick<Header, 'epoch' | 'index'>): boolean =>
  next.epoch < at.epoch || (next.epoch === at.epoch && next.index <= at.index);

/** Whether a message builds on a position: nothing lies between them. */
const follows = (at: ChainPosition, next: Header): boolean =>
  next.prev === at.index && next.prevDigest.equals(at.digest);

/** Whether a message is a mutation that `judge` says `apply` to. */
export const isNextMutation = (at: ChainPosition, next: Header): boolean =>
  next.kind === 'mutation' && next.epoch === at.epoch && !isBehind(at, next) && follows(at, next);

/**
 * Decides what a replica does with the next message of its stream.
 *
 * @param at   the replica's position, as committed with the effects.
 * @param next the header of an authentic message: delivered at least once, in stream order.
 * @returns `apply`, or `skip` for what lies behind `at`.
 * @throws {StreamGapError} when `next` does not follow `at` directly: an index is missing, history forked (same index,
 *   other digest), or an epoch began without its `epoch-started` message. Applying it would lose a write for good.
 * @see ARCHITECTURE.md, promises P3 and P6.
 */
export function judge(at: ChainPosition, next: Header): Verdict {
  if (isBehind(at, next)) return 'skip';
  const epochFollows = next.epoch === at.epoch || next.kind === 'epoch-started';
  if (!epochFollows || !follows(at, next)) throw new StreamGapError(at, next);
  return 'apply';
}
