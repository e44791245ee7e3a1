import type { Dialect, Statement } from '../adapters/dialect';
import type { SqlDatabase } from '../adapters/sql-database';
import type { StreamPosition } from '../ports/stream-sink';
import type { CommitReceipt } from '../ports/unit-of-work';

/**
 * Raises the term in the database: no commit that names a lower one succeeds from here on.
 *
 * @param known the last term of this node: a store that was made anew does not begin below it.
 */
export async function raisedTerm(database: SqlDatabase, known: number): Promise<number> {
  const { place, name } = database.dialect;
  const greatest = name === 'postgres' ? 'GREATEST' : 'MAX';
  const sql = `UPDATE position SET term = ${greatest}(term, ${place(1)}) + 1 WHERE id = 1 RETURNING term`;
  const [row] = await database.write({ sql, parameters: [known] });
  return Number(row?.['term']);
}

/** How a commit moves the position. */
interface Move {
  /** The database was left there. */
  readonly before: CommitReceipt;
  readonly counters: CommitReceipt;
  readonly stream: StreamPosition | undefined;
}

const MOVED = ['local_idx', 'replicated_idx', 'stream_epoch', 'stream_idx', 'stream_digest', 'broker_offset'];

/**
 * Moves the position: the first statement of a commit, which must change exactly one row. It changes none where the term is another node's, and none
 * where the database stands elsewhere than it was left: one that came up again without its newest commits, or as an older copy of itself.
 */
export function moveUnder({ place }: Dialect, term: number, { before, counters, stream }: Move): Statement {
  const sets = MOVED.map((column, at) => `${column} = ${place(at + 1)}`).join(', ');
  const { epoch = null, index = null, digest = null, brokerOffset = null } = stream ?? {};
  return {
    sql: `UPDATE position SET ${sets} WHERE id = 1 AND term = ${place(7)} AND local_idx = ${place(8)}`,
    parameters: [
      ...[counters.localIndex, counters.replicatedIndex, epoch, index, digest, brokerOffset],
      ...[term, before.localIndex],
    ],
  };
}

/** Of a store that was just made. */
export const NO_TERM = 0;

/** Gives a store that was just made the term of the one whose place it takes. */
export const passOn = ({ place }: Dialect, term: number): Statement => ({
  sql: `UPDATE position SET term = ${place(1)} WHERE id = 1`,
  parameters: [term],
});

/** The fence of a transaction that leaves the position as it is. */
export const touchUnder = ({ place }: Dialect, term: number): Statement => ({
  sql: `UPDATE position SET term = term WHERE id = 1 AND term = ${place(1)}`,
  parameters: [term],
});
