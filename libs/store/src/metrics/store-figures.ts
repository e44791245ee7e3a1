import { counter, gauge, type Metric, summary, Tally } from '@tidelock/kernel';
import type { CommitReceipt } from '../ports/unit-of-work';

/** What the committer and the journal count. */
export class StoreFigures {
  /** One transaction each. */
  readonly commits = new Tally();
  /** From when the first unit of a group began to wait until the group was taken. */
  readonly waits = new Tally();
  readonly journalReads = new Tally();
  readonly journalTrims = new Tally();
  units = 0;
  trimmedRows = 0;

  metrics({ localIndex, replicatedIndex }: CommitReceipt, waiting: number): Metric[] {
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
      summary('vault.wal.flushReady', 'How long changes waited for the transaction before theirs.', this.waits),
      gauge('vault.wal.flushReady.queue_len', 'Units of work that wait for a transaction.', waiting),
      counter(
        'tidelock.store.committed_units_total',
        'Units of work committed: requests, batches of the stream, pages of a copy.',
        this.units,
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
