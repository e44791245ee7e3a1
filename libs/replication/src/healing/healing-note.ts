import type { HealingStatus } from '@tidelock/api-answers';
import { rfc3339 } from '@tidelock/kernel';
import type { LocalReader, LocalWriter } from '@tidelock/store';

/** A mutation that an operator stepped over. */
interface SkippedMutation {
  readonly index: number;
  readonly reason: string;
  /** ms since the Unix epoch. */
  readonly at: number;
}

/** What a cluster remembers of its looks at its own data. */
export interface HealingNote {
  /** ms since the Unix epoch; absent = never. */
  readonly lastReindexAt?: number;
  readonly lastCheckAt?: number;
  /** Keys of values known to be damaged, and buckets whose digest does not fit their records. */
  readonly damaged: readonly string[];
  readonly buckets: readonly number[];
  readonly skipped: readonly SkippedMutation[];
}

export const NOTHING_NOTED: HealingNote = { damaged: [], buckets: [], skipped: [] };

const KEY = 'replication/healing';

export async function readHealingNote(local: LocalReader): Promise<HealingNote> {
  const row = await local.row('record', KEY);
  return row === undefined ? NOTHING_NOTED : (JSON.parse(row.value.toString('utf8')) as HealingNote);
}

export function writeHealingNote(local: LocalWriter, note: HealingNote): void {
  local.put('record', { key: KEY, value: Buffer.from(JSON.stringify(note)) });
}

/** Of the reindex under way. */
export type ReindexStatus = Pick<
  HealingStatus,
  'reindex_in_progress' | 'reindex_stage' | 'reindex_building_progress' | 'reindex_building_total'
>;

/** Vault's zero time, in Unix seconds: "never checked". */
const NEVER_CHECKED = '-62135596800';

/** Fields of the status, on every side (replication API page, "Check performance status"). */
export function healingStatus(
  { lastReindexAt, lastCheckAt, skipped }: HealingNote,
  corrupted: boolean,
  reindex: ReindexStatus,
): HealingStatus {
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
