import type { LocalTable, LocalTables } from '../ports/local-view';
import { WriteConflict } from '../ports/write-conflict';
import { matches } from '../reading/row-reader';
import { type ReadSet, rowKey } from '../unit-of-work/read-set';

/** What one commit changed, as far as later units may have read it. */
export interface Footprint {
  readonly replicated: ReadonlySet<string>;
  /** By table: rows put (without their `value`), and `undefined` for rows deleted. */
  readonly local: ReadonlyMap<LocalTable, ReadonlyMap<string, LocalTables[LocalTable] | undefined>>;
}

/** Bounds the memory: a unit that began before the oldest footprint counts as overtaken and runs again. */
const MOST_COMMITS = 4096;
const MOST_KEYS = 100_000;

/** The last commits' footprints: whether what a unit read has changed since it began. */
export class History {
  private readonly footprints = new Map<number, Footprint>();
  private keys = 0;
  private oldest = 0;
  private newest = 0;
  private durable = 0;

  /** Number of the last durable commit; a unit notes it when it begins. What is being committed it does not see yet. */
  get sequence(): number {
    return this.durable;
  }

  add(footprint: Footprint): void {
    this.footprints.set(this.newest, footprint);
    this.newest += 1;
    this.keys += sizeOf(footprint);
    while (this.footprints.size > MOST_COMMITS || (this.keys > MOST_KEYS && this.oldest < this.durable))
      this.forget(this.oldest++);
  }

  /** Forgets the last `count` commits: their transaction failed. */
  drop(count: number): void {
    for (let dropped = 0; dropped < count; dropped += 1) this.forget(--this.newest);
  }

  /** All that was added is durable now. */
  confirm(): void {
    this.durable = this.newest;
  }

  /** Everything begun so far counts as overtaken: the store was replaced, or read anew. */
  forgetAll(): void {
    this.footprints.clear();
    this.keys = 0;
    this.newest += 1;
    this.oldest = this.durable = this.newest;
  }

  /**
   * @param since the sequence at the unit's begin.
   * @throws {WriteConflict} when something was changed since then that was read.
   */
  refuseOvertaken(reads: ReadSet, since: number): void {
    if (since < this.oldest) throw new WriteConflict();
    for (let at = since; at < this.newest; at += 1) {
      const footprint = this.footprints.get(at);
      const changed = footprint && touchedBy(footprint, reads);
      if (changed !== undefined) throw new WriteConflict(changed);
    }
  }

  private forget(at: number): void {
    const footprint = this.footprints.get(at);
    if (footprint !== undefined) this.keys -= sizeOf(footprint);
    this.footprints.delete(at);
  }
}

function sizeOf({ replicated, local }: Footprint): number {
  let size = replicated.size;
  for (const rows of local.values()) size += rows.size;
  return size;
}

/** The first thing changed that was read. */
function touchedBy({ replicated, local }: Footprint, reads: ReadSet): string | undefined {
  for (const key of replicated) {
    if (reads.replicatedKeys.has(key)) return key;
    const prefix = reads.replicatedRanges.touchedBy(key);
    if (prefix !== undefined) return prefix;
  }
  for (const [table, rows] of local) {
    for (const [id, row] of rows)
      if (reads.localRows.has(rowKey(table, id)) || isFound(table, id, row, reads)) return rowKey(table, id);
  }
  return undefined;
}

/** Of a deleted row only the key is known: enough for records, which are asked for by key alone. */
function isFound(
  table: LocalTable,
  id: string,
  row: LocalTables[LocalTable] | undefined,
  { localQueries, localRanges }: ReadSet,
): boolean {
  if (table === 'record' && localRanges.touchedBy(id) !== undefined) return true;
  const known = row ?? (table === 'record' ? { key: id, value: NOTHING } : undefined);
  return (
    known !== undefined && localQueries.some(({ table: asked, query }) => asked === table && matches(known, query))
  );
}

const NOTHING = Buffer.alloc(0);
