import type { LocalStore } from '@tidelock/store';
import type { OpenedMessage } from '../domain/envelope';
import type { MessageKind } from '../domain/header';
import type { MerkleRoot } from '../ports/merkle-peer';

/**
 * Writes the local rows that a message means, in the transaction that its position commits with; called again when another commit has
 * overtaken it.
 *
 * @returns to be called once it is committed.
 * @throws what holds the message up: nothing is committed, and it comes again.
 */
export type MessageEffect = (message: OpenedMessage, local: LocalStore) => Promise<(() => void) | undefined>;

export const HAS_EFFECT: ReadonlySet<MessageKind> = new Set<MessageKind>(['key-rotated', 'epoch-started']);

/** What following changes in this cluster beside the records. It commits with the place in the stream, or not at all. */
export interface FollowEffects {
  readonly ofMessage: MessageEffect;
  /** A comparison has led to a place. @returns to be called once it is committed. */
  readonly ofSync: (reached: MerkleRoot, local: LocalStore) => Promise<() => void>;
}
