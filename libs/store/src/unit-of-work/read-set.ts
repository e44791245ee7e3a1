import type { LocalTable, RowQuery } from '../ports/local-view';
import type { ReadRanges } from './read-ranges';

/** What a unit of work has read. */
export interface ReadSet {
  readonly replicatedKeys: ReadonlySet<string>;
  readonly replicatedRanges: ReadRanges;
  /** By `rowKey`. */
  readonly localRows: ReadonlySet<string>;
  /** Of the table `record`. */
  readonly localRanges: ReadRanges;
  readonly localQueries: readonly { readonly table: LocalTable; readonly query: RowQuery<LocalTable> }[];
}

export const rowKey = (table: LocalTable, id: string): string => `${table}/${id}`;
