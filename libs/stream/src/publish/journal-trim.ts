import type { Outbox, Store } from '@tidelock/store';

/** The row of a published stream in the local store, as text: `<set>` or, where rows behind its last message were left out, `<set> <index>`. */
export const markText = (set: string, published: number, scanned: number): string =>
  scanned === published ? set : `${set} ${scanned}`;

/** @returns how far the journal was read for the stream; `undefined` for a row of another set. */
export function scannedIn(
  { idx, value }: { readonly idx: number; readonly value: Buffer },
  set: string,
): number | undefined {
  const [owner, scanned] = value.toString().split(' ');
  return owner === set ? Number(scanned ?? idx) : undefined;
}

/**
 * Drops the journal's rows that every stream of the set has behind it, as their stored marks tell.
 *
 * @param upTo the last row that may go.
 */
export async function trimJournal(
  store: Pick<Store, 'local'> & Pick<Outbox, 'journal'>,
  set: string,
  upTo: number,
): Promise<void> {
  const rows = await store.local.rows('stream', { column: 'name', prefix: '' });
  const behind = rows.flatMap((row) => scannedIn(row, set) ?? []);
  await store.journal.trim(Math.min(upTo, ...behind));
}
