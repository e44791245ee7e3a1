import { rfc3339 } from '@tidelock/kernel';
import type { HealingNote } from './healing-note';

/** Vault's zero time, in Unix seconds: "never checked". */
const NEVER_CHECKED = '-62135596800';

export interface HealingFacts {
  readonly note: HealingNote;
  readonly corrupted: boolean;
  /** Fields of the reindex under way. */
  readonly reindex: Readonly<Record<string, unknown>>;
}

/** Fields of the status, on every side. Times are Unix seconds as text (replication.md section 3.3). */
export function healingStatus({ note, corrupted, reindex }: HealingFacts): Readonly<Record<string, unknown>> {
  const { lastReindexAt, lastCheckAt, skipped } = note;
  return {
    last_reindex_epoch: lastReindexAt === undefined ? '0' : seconds(lastReindexAt),
    last_corruption_check_epoch: lastCheckAt === undefined ? NEVER_CHECKED : seconds(lastCheckAt),
    corrupted_merkle_tree: corrupted,
    ...reindex,
    ...(skipped.length > 0 && {
      skipped: skipped.map(({ index, reason, at }) => ({ index, reason, at: rfc3339(at) })),
    }),
  };
}

const seconds = (milliseconds: number): string => String(Math.floor(milliseconds / 1000));
