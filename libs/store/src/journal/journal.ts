import type { SqlDatabase } from '../adapters/sql-database';
import type { StoreFigures } from '../metrics/store-figures';
import type { JournalRow, Store } from '../ports/store';
import type { CommitReceipt } from '../ports/unit-of-work';

type Append = Store['journal']['append'];

/** The outbox: what has been committed and not yet published. */
export class Journal {
  enabled = false;

  constructor(
    private readonly database: SqlDatabase,
    private readonly term: () => number,
    private readonly submit: (...order: Parameters<Append>) => Promise<CommitReceipt>,
    private readonly figures: StoreFigures,
  ) {}

  append: Append = (...order) => this.submit(...order);

  async read(index: number, limit: number, maxBytes: number): Promise<JournalRow[]> {
    const { place } = this.database.dialect;
    const sql = `SELECT idx, epoch, kind, time, body, cause FROM journal WHERE idx > ${place(1)} ORDER BY idx LIMIT ${place(2)}`;
    const rows = await this.figures.journalReads.time(() => this.database.all({ sql, parameters: [index, limit] }));
    const taken: JournalRow[] = [];
    let bytes = 0;
    for (const { idx, epoch, kind, time, body, cause } of rows) {
      bytes += (body as Buffer).length;
      if (taken.length > 0 && bytes > maxBytes) break;
      taken.push({ index: idx as number, epoch: epoch as number, kind: kind as string, time: time as number, body: body as Buffer, cause: cause as string });
    }
    return taken;
  }

  async pending(publishedIndex: number): Promise<{ rows: number; oldestTime: number | null }> {
    const sql = `SELECT count(*) AS n, min(time) AS oldest FROM journal WHERE idx > ${this.database.dialect.place(1)}`;
    const [row] = await this.database.all({ sql, parameters: [publishedIndex] });
    return { rows: Number(row?.['n'] ?? 0), oldestTime: (row?.['oldest'] as number | null | undefined) ?? null };
  }

  /** Beside the commits: nobody writes these rows any more. */
  async trim(index: number): Promise<void> {
    const { place } = this.database.dialect;
    const sql = `DELETE FROM journal WHERE idx <= ${place(1)} AND EXISTS (SELECT 1 FROM position WHERE term = ${place(2)}) RETURNING idx`;
    const rows = await this.figures.journalTrims.time(() => this.database.all({ sql, parameters: [index, this.term()] }));
    this.figures.trimmedRows += rows.length;
  }
}
