import type { LocalTable, LocalTables, RowQuery } from '../ports/local-view';
import { matches } from '../reading/row-reader';

/** What one commit changed, as far as later units may have read it. */
export interface Footprint {
  readonly replicated: ReadonlySet<string>;
  /** By table: rows put (without their `value`), and `undefined` for rows deleted. */
  readonly local: ReadonlyMap<LocalTable, ReadonlyMap<string, LocalTables[LocalTable] | undefined>>;
}

/** What a unit of work has read. */
export interface ReadSet {
  readonly replicatedKeys: ReadonlySet<string>;
  readonly replicatedPrefixes: ReadonlySet<string>;
  readonly localRows: ReadonlySet<string>;
  readonly localQueries: readonly { readonly table: LocalTable; readonly query: RowQuery<LocalTable> }[];
}

export const rowKey = (table: LocalTable, id: string): string => `${table}/${id}`;

const CAPACITY = 4096;

/** The last commits' footprints: whether what a unit read has changed since it began. */
export class History {
  private readonly ring: Footprint[] = [];
  private newest = 0;
  private durable = 0;

  /** Number of the last durable commit; a unit notes it when it begins. What is being committed it does not see yet. */
  get sequence(): number {
    return this.durable;
  }

  add(footprint: Footprint): void {
    this.ring[this.newest % CAPACITY] = footprint;
    this.newest += 1;
  }

  /** Forgets the last `count` commits: their transaction failed. */
  drop(count: number): void {
    this.newest -= count;
  }

  /** All that was added is durable now. */
  confirm(): void {
    this.durable = this.newest;
  }

  /** @param since the sequence at the unit's begin; one too old to be checked counts as overtaken. */
  overtaken(reads: ReadSet, since: number): boolean {
    if (this.newest - since > CAPACITY) return true;
    for (let at = since; at < this.newest; at += 1) {
      if (touches(this.ring[at % CAPACITY] as Footprint, reads)) return true;
    }
    return false;
  }
}

function touches({ replicated, local }: Footprint, reads: ReadSet): boolean {
  for (const key of replicated) {
    if (reads.replicatedKeys.has(key)) return true;
    for (const prefix of reads.replicatedPrefixes) if (key.startsWith(prefix)) return true;
  }
  for (const [table, rows] of local) {
    for (const [id, row] of rows) if (reads.localRows.has(rowKey(table, id)) || isFound(table, row, reads)) return true;
  }
  return false;
}

function isFound(table: LocalTable, row: LocalTables[LocalTable] | undefined, { localQueries }: ReadSet): boolean {
  return row !== undefined && localQueries.some(({ table: asked, query }) => asked === table && matches(row, query));
}
