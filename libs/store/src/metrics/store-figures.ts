import { counter, gauge, isTidelockError, type Metric, summary, Tally } from '@tidelock/kernel';
import type { Store } from '../ports/store';
import type { StoreAdmin } from '../ports/store-admin';
import type { ReadOf, StoreObserver, TransactionFacts } from '../ports/store-observer';

/** Counts what a store asks of its database. */
export class StoreFigures implements StoreObserver {
  /** One transaction each. */
  private readonly commits = new Tally();
  /** From when the first unit of a group began to wait until the group was taken. */
  private readonly waits = new Tally();
  private readonly reads = new Tally();
  private readonly journalReads = new Tally();
  private readonly journalTrims = new Tally();
  private readonly failures = new Map<string, number>();
  private units = 0;
  private overtakenUnits = 0;
  private trimmedRows = 0;

  read<T>(of: ReadOf, run: () => Promise<T>): Promise<T> {
    return (of === 'journal' ? this.journalReads : this.reads).time(run);
  }

  async transaction({ units, waitedMs }: TransactionFacts, run: () => Promise<void>): Promise<void> {
    this.waits.add(waitedMs);
    try {
      await this.commits.time(run);
    } catch (error) {
      const reason = isTidelockError(error) ? error.code : 'INTERNAL';
      this.failures.set(reason, (this.failures.get(reason) ?? 0) + 1);
      throw error;
    }
    this.units += units;
  }

  overtaken(): void {
    this.overtakenUnits += 1;
  }

  async trim(run: () => Promise<number>): Promise<number> {
    const rows = await this.journalTrims.time(run);
    this.trimmedRows += rows;
    return rows;
  }

  /** @param store the one that they are of. */
  metrics(store: Pick<Store, 'position'> & Pick<StoreAdmin, 'waiting'>): Metric[] {
    const { localIndex, replicatedIndex } = store.position();
    const failures = [...this.failures].map(([reason, value]) => ({ value, labels: { reason } }));
    return [
      gauge('vault.replication.wal.last_wal', 'Index of the last commit, local ones included.', localIndex),
      gauge(
        'vault.replication.wal.last_performance_wal',
        'Index of the last change of replicated state.',
        replicatedIndex,
      ),
      gauge('vault.replication.wal.last_dr_wal', 'There is no disaster recovery replication: always 0.', 0),
      gauge('vault.replication.merkle.commit_index', 'Index at which the merkle tree stands.', replicatedIndex),
      summary(
        'vault.wal.persistWALs',
        'Transactions of the database; each commits everything that waited.',
        this.commits,
      ),
      counter('tidelock.store.failed_transactions_total', 'Those of them that failed, by reason.', failures),
      summary('vault.wal.flushReady', 'How long changes waited for the transaction before theirs.', this.waits),
      gauge('vault.wal.flushReady.queue_len', 'Units of work that wait for a transaction.', store.waiting),
      counter(
        'tidelock.store.committed_units_total',
        'Units of work committed: requests, batches of the stream, pages of a copy.',
        this.units,
      ),
      counter(
        'tidelock.store.overtaken_units_total',
        'Units of work that another commit has overtaken: what they were for began again.',
        this.overtakenUnits,
      ),
      summary(
        'tidelock.store.reads',
        'Reads of records and rows by the database; those that memory answers do not count.',
        this.reads,
      ),
      summary(
        'vault.wal.loadWAL',
        'Reads of the journal by publishers; the newest rows come from memory and do not count.',
        this.journalReads,
      ),
      summary('vault.wal.deleteWALs', 'Removals of published journal rows.', this.journalTrims),
      counter('vault.wal.gc.deleted', 'Published journal rows removed.', this.trimmedRows),
    ];
  }
}
