import type { Dialect, Statement } from '../adapters/dialect';
import type { SqlDatabase } from '../adapters/sql-database';
import { LOCAL_TABLES } from '../tables/local-tables';
import { bucketOf, leafDigest } from '../merkle/leaf';
import { MerkleTree } from '../merkle/merkle-tree';
import type { KeyedLeafChange } from '../merkle/merkle-view';
import type { MerkleViews } from '../merkle/merkle-views';
import type { RecordRow } from '../merkle/record-row';
import type { LocalTable, LocalTables } from '../ports/local-view';
import { digestsOf } from '../reading/record-digests';
import { REPLICATED_TABLES } from '../tables/replicated-tables';
import { moveUnder, NO_TERM, passOn } from '../tenure/term';
import type { Group } from './group';

export interface GroupSettings {
  /** The writer's: the commit is refused where the database has another. */
  readonly term: number;
  readonly epoch: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

export interface MerkleTrees {
  readonly tree: MerkleTree;
  /** Not taken back after a failure: they are read anew. */
  readonly views: MerkleViews;
}

/**
 * Commits a group in one database transaction: records, merkle buckets, position, journal rows, local rows (P2).
 *
 * @throws what `SqlDatabase.commit` throws; the merkle tree is as it was.
 */
export async function commitGroup(
  database: SqlDatabase,
  { tree, views }: MerkleTrees,
  group: Group,
  settings: GroupSettings,
): Promise<void> {
  const leaves = leafChangesOf(
    group,
    group.records.size === 0 ? new Map() : await digestsOf(database, [...group.records.keys()]),
  );
  for (const leaf of leaves.changes) tree.change(leaf);
  views.change(group.records, leaves.changes);
  try {
    await database.commit(
      moveUnder(database.dialect, settings.term, group),
      statementsOf(database, tree, group, leaves, settings),
      group.survives,
    );
  } catch (error) {
    tree.undo(leaves.changes);
    throw error;
  }
}

/** The first transaction of a database that is empty, in the order in which it is run. The writer's term goes over to it. */
export function firstStatements(database: SqlDatabase, group: Group, settings: GroupSettings): Statement[] {
  const tree = new MerkleTree();
  const leaves = leafChangesOf(group, new Map());
  for (const leaf of leaves.changes) tree.change(leaf);
  const { dialect } = database;
  return [
    moveUnder(dialect, NO_TERM, group),
    passOn(dialect, settings.term),
    ...statementsOf(database, tree, group, leaves, settings),
  ];
}

interface Leaves {
  readonly changes: readonly KeyedLeafChange[];
  readonly puts: readonly RecordRow[];
  readonly deleted: readonly string[];
}

/** @param before leaf digests of the group's records that are there. */
function leafChangesOf({ records }: Group, before: ReadonlyMap<string, Buffer>): Leaves {
  const changes: KeyedLeafChange[] = [];
  const puts: RecordRow[] = [];
  const deleted: string[] = [];
  for (const [key, value] of records) {
    const bucket = bucketOf(key);
    const after = value === null ? undefined : leafDigest(key, value);
    changes.push({ key, bucket, before: before.get(key), after });
    if (value === null) deleted.push(key);
    else puts.push({ key, value, digest: after as Buffer, bucket });
  }
  return { changes, puts, deleted };
}

function statementsOf(
  { dialect }: SqlDatabase,
  tree: MerkleTree,
  group: Group,
  { changes, puts, deleted }: Leaves,
  settings: GroupSettings,
): Statement[] {
  const buckets = [...new Set(changes.map(({ bucket }) => bucket))];
  const sums = buckets.map((bucket) => ({ bucket, digest: tree.bucketDigest(bucket) }));
  return [
    ...dialect.upsert(REPLICATED_TABLES.record, puts),
    ...dialect.deleteByKey(REPLICATED_TABLES.record, deleted),
    ...dialect.upsert(REPLICATED_TABLES.merkleBucket, sums),
    ...journalStatements(dialect, group, settings),
    ...localStatements(dialect, group),
  ];
}

function journalStatements(
  dialect: Dialect,
  { journal, journalEnd }: Group,
  { epoch, now }: GroupSettings,
): Statement[] {
  const drop =
    journalEnd === undefined
      ? []
      : [{ sql: `DELETE FROM journal WHERE idx > ${dialect.place(1)}`, parameters: [journalEnd] }];
  const rows = journal.map((entry) => {
    const { index: idx, kind } = entry;
    const stored = { epoch, kind, time: now, body: entry.body(), cause: JSON.stringify(entry.cause) };
    entry.row = { index: idx, ...stored };
    return { idx, ...stored };
  });
  return [...drop, ...dialect.insert(REPLICATED_TABLES.journal, rows)];
}

function localStatements(dialect: Dialect, { local }: Group): Statement[] {
  return [...local].flatMap(([table, rows]) => {
    const puts: LocalTables[LocalTable][] = [];
    const deleted: string[] = [];
    for (const [id, row] of rows)
      if (row === undefined) deleted.push(id);
      else puts.push(row);
    return [...dialect.upsert(LOCAL_TABLES[table], puts), ...dialect.deleteByKey(LOCAL_TABLES[table], deleted)];
  });
}
