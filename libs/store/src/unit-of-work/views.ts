import type { LocalReader } from '../ports/local-view';
import type { ReplicatedReader } from '../ports/replicated-view';
import type { RecordReader } from '../reading/record-reader';
import { type LocalSources, readRow } from './local-changes';
import type { RecordOpening } from './record-opening';
import type { ValueSealing } from './value-sealing';

/** Replicated records outside any unit of work. */
export function replicatedView(records: RecordReader, opening: RecordOpening): ReplicatedReader {
  return {
    get: (key) => opening.open(key, () => records.get(key)),
    getSealed: (key) => records.get(key),
    children: (prefix) => records.children(prefix),
    keys: (prefix, page) => records.keys(prefix, page),
  };
}

/** Local rows outside any unit of work. */
export function localView(sources: LocalSources, sealing: ValueSealing): LocalReader {
  return {
    async row(table, id) {
      const found = await readRow(sources, table, id);
      return found && sealing.openRow(table, found);
    },
    rows: async (table, query) => (await sources.rows.rows(table, query)).map((row) => sealing.openRow(table, row)),
    heads: (table, query) => sources.rows.heads(table, query),
    count: (table) => sources.rows.count(table),
    leaseFigures: () => sources.rows.leaseFigures(),
    children: (prefix) => sources.records.children(prefix),
    keys: (prefix, page) => sources.records.keys(prefix, page),
  };
}
