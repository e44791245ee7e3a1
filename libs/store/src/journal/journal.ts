import type { SqlDatabase } from '../adapters/sql-database';
import type { Group } from '../committer/group';
import type { StoreFigures } from '../metrics/store-figures';
import type { JournalRow, Store } from '../ports/store';
import type { CommitReceipt } from '../ports/unit-of-work';
import { JournalSizes } from './journal-sizes';

type Append = Store['journal']['append'];

const ROWS_PER_READ = 10_000;

/** The outbox: what has been committed and not yet published, and behind it what is kept for secondaries. */
export class Journal {
  enabled = false;
  private readonly sizes = new JournalSizes();

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

  bytesAfter(index: number): number {
    return this.sizes.after(index);
  }

  lastBefore(bytes: number): number {
    return this.sizes.lastBefore(bytes);
  }

  /** Learns what is there, in pages, so that a long journal holds up nobody else. */
  async load(): Promise<void> {
    const { place } = this.database.dialect;
    const sql = `SELECT idx, length(body) AS bytes FROM journal WHERE idx > ${place(1)} ORDER BY idx LIMIT ${ROWS_PER_READ}`;
    this.sizes.clear();
    for (let index = 0, rows; rows === undefined || rows.length === ROWS_PER_READ;) {
      rows = await this.database.all({ sql, parameters: [index] });
      for (const row of rows) this.sizes.added((index = row['idx'] as number), row['bytes'] as number);
    }
  }

  committed({ journal, journalEnd }: Pick<Group, 'journal' | 'journalEnd'>): void {
    if (journalEnd !== undefined) this.sizes.droppedAfter(journalEnd);
    for (const { index, bytes = 0 } of journal) this.sizes.added(index, bytes);
  }

  /** Beside the commits: nobody writes these rows any more. */
  async trim(index: number): Promise<void> {
    const { place } = this.database.dialect;
    const sql = `DELETE FROM journal WHERE idx <= ${place(1)} AND EXISTS (SELECT 1 FROM position WHERE term = ${place(2)}) RETURNING idx`;
    const rows = await this.figures.journalTrims.time(() => this.database.all({ sql, parameters: [index, this.term()] }));
    this.figures.trimmedRows += rows.length;
    this.sizes.trimmed(index);
  }
}
