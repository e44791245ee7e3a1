import type { LocalReader, LocalWriter, ScanPlace } from '@tidelock/store';

/** What keeps a replica from having its primary's merkle root although it has all that can be had. */
export interface RemainingDifference {
  readonly reason: string;
  /** Keys of records that are missing or old here; empty when it is the tree alone. */
  readonly keys: readonly string[];
}

/** How far a sync has come: kept with its records, so that it survives a restart. */
export type SyncNote = CopyNote | DoneNote | DueNote;

interface CopyNote {
  readonly phase: 'copy';
  /** The last record that was copied; absent before the first. */
  readonly after?: ScanPlace;
}

interface DoneNote {
  readonly phase: 'done';
  /** Until the stream has brought this index, the copy may be ahead of its position: no checkpoint can be compared. */
  readonly fuzzyUntil: number;
  /** What could not be had: no checkpoint of a primary that is lost would tell of it again. */
  readonly difference?: RemainingDifference;
}

/** The place in the stream means nothing any more, or a comparison has begun to replace records: one has to come to its end first. */
interface DueNote {
  readonly phase: 'due';
}

const KEY = 'replication/sync';

export async function readSyncNote(local: LocalReader): Promise<SyncNote | undefined> {
  const row = await local.row('record', KEY);
  return row === undefined ? undefined : (JSON.parse(row.value.toString('utf8')) as SyncNote);
}

/** This cluster's own state is the set's now. */
export const forgetSync = (local: Pick<LocalWriter, 'delete'>): void => local.delete('record', KEY);

/** The stream has brought what could not be had. */
export async function forgetDifference(local: LocalReader & LocalWriter): Promise<void> {
  const note = await readSyncNote(local);
  if (note?.phase === 'done' && note.difference !== undefined)
    writeSyncNote(local, { phase: 'done', fuzzyUntil: note.fuzzyUntil });
}

export function writeSyncNote(local: LocalWriter, note: SyncNote): void {
  local.put('record', { key: KEY, value: Buffer.from(JSON.stringify(note)) });
}
