import type { ReplicationNode } from '@tidelock/replication';
import type { LocalReader } from '@tidelock/store';
import { readSyncNote } from '@tidelock/stream';

/** A sync replaces records in any order. Its note tells of one that is under way or was cut off, also before the role has started. */
export async function isBeingSynced(
  { isSecondary }: Pick<ReplicationNode, 'isSecondary'>,
  local: LocalReader,
): Promise<boolean> {
  const note = isSecondary ? await readSyncNote(local) : undefined;
  return note !== undefined && note.phase !== 'done';
}
