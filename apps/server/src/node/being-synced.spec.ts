import type { LocalReader } from '@tidelock/store';
import { writeSyncNote } from '@tidelock/stream';
import { isBeingSynced } from './being-synced';

type SyncNote = Parameters<typeof writeSyncNote>[1];

/** Local rows of a cluster whose sync has left the note. */
function localWith(note?: SyncNote): LocalReader {
  const rows = new Map<string, unknown>();
  const put = (_table: string, row: { key: string }): unknown => rows.set(row.key, row);
  if (note !== undefined) writeSyncNote({ put } as never, note);
  return { row: async (_table: string, key: string) => rows.get(key) } as unknown as LocalReader;
}

describe('The records of a cluster', () => {
  it.each<SyncNote>([{ phase: 'copy' }, { phase: 'due' }])(
    'are being synced on a secondary whose sync is under way or was cut off, before its role has started (%o)',
    async (note) => {
      const node = { isSecondary: true };
      expect(await isBeingSynced(node, localWith(note))).toBe(true);
    },
  );

  it('are whole on a secondary once the sync has arrived, and where there was none', async () => {
    const node = { isSecondary: true };
    expect(await isBeingSynced(node, localWith({ phase: 'done', fuzzyUntil: 7 }))).toBe(false);
    expect(await isBeingSynced(node, localWith())).toBe(false);
  });

  it('are its own where it is no secondary', async () => {
    expect(await isBeingSynced({ isSecondary: false }, localWith({ phase: 'due' }))).toBe(false);
  });
});
