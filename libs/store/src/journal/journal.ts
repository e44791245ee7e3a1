import { observedReads, type SqlReads } from '../adapters/observed-reads';
import type { SqlDatabase } from '../adapters/sql-database';
import type { JournalRow, JournalStore } from '../ports/outbox';
import type { StoreObserver } from '../ports/store-observer';
import type { MutationCause } from '../ports/unit-of-work';
import { JournalSizes } from './journal-sizes';
import { JournalTail } from './journal-tail';

const ROWS_PER_READ = 10_000;

/** A row of the journal before its body is made. */
export interface JournalEntry {
  readonly index: number;
  readonly kind: string;
  readonly cause: MutationCause;
  /** Called inside the transaction, when the merkle tree stands where the entry is. */
  readonly body: () => Buffer;
  /** As stored, once its body was made. */
  row?: JournalRow;
}

/** The outbox: what has been committed and not yet published, and behind it what is kept for secondaries. */
export class Journal implements JournalStore {
  enabled = false;
  private readonly sizes = new JournalSizes();
  private readonly tail = new JournalTail();
  private readonly reads: SqlReads;

  constructor(
    private readonly database: SqlDatabase,
    private readonly term: () => number,
    readonly append: JournalStore['append'],
    private readonly observer: StoreObserver,
  ) {
    this.reads = observedReads(database, observer, 'journal');
  }

  enable(): void {
    this.enabled = true;
  }

  disable(): void {
    this.enabled = false;
  }

  async read(index: number, limit: number, maxBytes: number): Promise<JournalRow[]> {
    const rows = this.tail.after(index)?.slice(0, limit) ?? (await this.stored(index, limit));
    let bytes = 0;
    const end = rows.findIndex(({ body }, at) => (bytes += body.length) > maxBytes && at > 0);
    return end < 0 ? rows : rows.slice(0, end);
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
    this.tail.clear();
    for (let index = 0, rows; rows === undefined || rows.length === ROWS_PER_READ;) {
      rows = await this.database.all({ sql, parameters: [index] });
      for (const row of rows) this.sizes.added((index = row['idx'] as number), row['bytes'] as number);
    }
  }

  /** @param end the rows behind this index have gone. */
  committed(entries: readonly JournalEntry[], end: number | undefined): void {
    if (end !== undefined) {
      this.sizes.droppedAfter(end);
      this.tail.droppedAfter(end);
    }
    for (const { row } of entries as readonly Required<JournalEntry>[]) {
      this.sizes.added(row.index, row.body.length);
      this.tail.added(row);
    }
  }

  /** Beside the commits: nobody writes these rows any more. */
  async trim(index: number): Promise<void> {
    const { place } = this.database.dialect;
    const sql = `DELETE FROM journal WHERE idx <= ${place(1)} AND EXISTS (SELECT 1 FROM position WHERE term = ${place(2)}) RETURNING idx`;
    const remove = async () => (await this.database.all({ sql, parameters: [index, this.term()] })).length;
    await (this.observer.trim?.(remove) ?? remove());
    this.sizes.trimmed(index);
    this.tail.trimmed(index);
  }

  private async stored(index: number, limit: number): Promise<JournalRow[]> {
    const { place } = this.database.dialect;
    const sql = `SELECT idx, epoch, kind, time, body, cause FROM journal WHERE idx > ${place(1)} ORDER BY idx LIMIT ${place(2)}`;
    const rows = await this.reads.all({ sql, parameters: [index, limit] });
    return rows.map(({ idx, ...row }) => ({ ...row, index: idx }) as unknown as JournalRow);
  }
}
