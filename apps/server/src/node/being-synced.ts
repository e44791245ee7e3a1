import type { ReplicationNode } from '@tidelock/replication';
import type { LocalReader } from '@tidelock/store';
import { readSyncNote } from '@tidelock/stream';

/** A sync replaces records in any order. One that was cut off may have replaced some: its note tells so before the role has started. */
export async function isBeingSynced(
  { isSecondary, asSecondary }: Pick<ReplicationNode, 'isSecondary' | 'asSecondary'>,
  local: LocalReader,
): Promise<boolean> {
  if (!isSecondary) return false;
  if (asSecondary?.stream?.status().state === 'merkle-sync') return true;
  const phase = (await readSyncNote(local))?.phase;
  return phase === 'copy' || phase === 'due';
}
