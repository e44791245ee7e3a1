import { TidelockError } from '@tidelock/kernel';

/**
 * Why a message was refused.
 *
 * - `unreadable`: in a form that no publisher uses, compressed for instance, or a broker's mark of somebody's transaction: it was not opened;
 * - `bad-format`: not a message of ours, or cut short; `newer-format`: written by a version this one does not know;
 * - `foreign-set`: of another replication set; `unknown-key`: sealed with a key this cluster was never given (read again
 *   when the primary could not be asked for it, and answers);
 * - `expired-key`: sealed with a key that had been replaced before this index; `forged`: does not open under its key, so header or
 *   body were changed or invented;
 * - `bad-signature`: not signed by the reign of its epoch; `unknown-reign`: of an epoch that nobody has begun here; `unsigned`: a
 *   message that no signature of the reign has covered, although it went on;
 * - `no-member`: begins a reign, or announces one, of who is no active member of the set with all of its data and of
 *   forwarding level `all`, or too far ahead of the epoch here;
 * - `stale-epoch`: a late write of a primary that was fenced; `repeated`: a second copy of a message already applied.
 */
export type RefusalReason =
  | 'unreadable'
  | 'bad-format'
  | 'newer-format'
  | 'foreign-set'
  | 'unknown-key'
  | 'expired-key'
  | 'forged'
  | 'bad-signature'
  | 'unknown-reign'
  | 'unsigned'
  | 'no-member'
  | 'stale-epoch'
  | 'repeated';

/** A message that has no effect, whatever it says. */
export class StreamMessageRefusedError extends TidelockError {
  constructor(readonly reason: RefusalReason) {
    super('STREAM_MESSAGE_REFUSED', `replication stream message refused: ${reason}`);
  }
}

/** The broker takes no more messages from this publisher: another one has taken the topic over. */
export class StreamFencedError extends Error {
  override readonly name = 'StreamFencedError';

  constructor(topic: string, options?: ErrorOptions) {
    super(`the broker refuses this publisher: another one has taken over ${topic}`, options);
  }
}

/** The stream says that its followers have to compare with the primary. */
export class ResyncWanted extends Error {
  constructor(readonly index: number) {
    super('resync');
  }
}
