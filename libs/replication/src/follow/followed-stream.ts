import type { Applier } from '../apply/applier';
import type { FollowFigures } from './follow-figures';
import type { RefusalCount } from '../apply/refusals';
import type { SyncProgress } from '../merkle/sync-progress';

/** Vault's names for what a secondary does (replication.md section 3.4). */
export type FollowState = 'stream-wals' | 'merkle-diff' | 'merkle-sync' | 'idle';

export interface FollowStatus {
  readonly state: FollowState;
  readonly refused: RefusalCount;
  readonly poison: { readonly index: number; readonly reason: string } | undefined;
  /** Of the sync under way; `undefined` while streaming. */
  readonly progress: SyncProgress | undefined;
  /** When streaming last began, ms. */
  readonly lastStart: number | undefined;
  /** The broker has answered, and nothing has failed since. */
  readonly brokerUp: boolean;
  /** Why it cannot be read; `undefined` once it can, and before the first try. */
  readonly lastError: string | undefined;
}

/** The stream that a secondary follows, with all that keeps it going. */
export interface FollowedStream {
  /** Returns at once; following goes on in the background. */
  start(): void;
  /** Resolves when nothing is applied any more. */
  stop(): Promise<void>;
  status(): FollowStatus;
  readonly applier: Applier;
  readonly figures: FollowFigures;
}
