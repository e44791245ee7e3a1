import type { LocalStore } from '@tidelock/store';
import type { MessageEffect } from './message-effect';
import type { MerkleRoot } from '../ports/merkle-peer';

/** What following changes in this cluster beside the records. It commits with the place in the stream, or not at all. */
export interface FollowEffects {
  readonly ofMessage: MessageEffect;
  /** A comparison has led to a place. @returns to be called once it is committed. */
  readonly ofSync: (reached: MerkleRoot, local: LocalStore) => Promise<() => void>;
}
