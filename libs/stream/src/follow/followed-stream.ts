import type { Part } from '@tidelock/core/runtime';
import type { Applier } from '../apply/applier';
import type { FollowFigures } from './follow-figures';
import type { RefusalCount } from '../apply/refusals';
import type { RemainingDifference } from '../apply/sync-note';
import type { SyncProgress } from '../merkle/sync-progress';

/** Vault's names for what a secondary does (replication API page, "Check performance status"). */
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
  /** Why what is read cannot be applied, for instance a full disk; it is tried again all the while. */
  readonly applyError: string | undefined;
  /** Why this replica differs from its primary, where nothing can be done about it here. It follows all the same. */
  readonly difference: RemainingDifference | undefined;
}

/** The stream that a secondary follows, with all that keeps it going. Nothing is applied any more when it has ended. */
export interface FollowedStream extends Part {
  status(): FollowStatus;
  /** Fetches records anew from the primary. @throws {TidelockError} when it cannot be asked. @returns keys that cannot be had, with why. */
  repair(keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Leaves the stream and begins again where it stands; `compare`: after a comparison with the primary. */
  restart(reason: string, compare: boolean): void;
  readonly applier: Applier;
  readonly figures: FollowFigures;
}
