import { type Clock, isTidelockError, type Logger, reasonOf, TidelockError } from '@tidelock/kernel';
import type { SqlDatabase } from '../adapters/sql-database';
import type { StoreObserver } from '../ports/store-observer';
import type { StreamPosition } from '../ports/stream-sink';
import type { CommitReceipt } from '../ports/unit-of-work';
import { Group } from './group';
import type { Footprint, History } from './history';
import type { Job } from './jobs';
import type { Tenure } from '../tenure/tenure';
import { commitGroup, type MerkleTrees } from './transaction';

/** A job that went through, with what it changed. */
export interface Committed {
  readonly job: Job;
  readonly footprint: Footprint;
}

export interface CommitterParts {
  readonly clock: Clock;
  readonly database: SqlDatabase;
  readonly trees: MerkleTrees;
  readonly history: History;
  readonly logger: Logger;
  readonly observer: StoreObserver;
  /** Epoch stamped on journal rows. */
  readonly epoch: () => number;
  readonly tenure: Pick<Tenure, 'current' | 'refusal' | 'lose'>;
  /** Called when a group is durable, before its writers are answered. */
  readonly onCommitted: (group: Group, jobs: readonly Committed[]) => void;
}

interface QueuedJob {
  readonly job: Job;
  resolve(receipt: CommitReceipt): void;
  reject(error: unknown): void;
}

/** Jobs that are committed together. */
interface Waiting {
  readonly jobs: readonly QueuedJob[];
  readonly waitedMs: number;
}

interface Joined extends QueuedJob, Committed {
  readonly receipt: CommitReceipt;
}

/** What ends a term: whatever is committed next, everything is read anew first. */
const LOST: ReadonlySet<string> = new Set(['FENCED', 'STORAGE_UNAVAILABLE', 'COMMIT_UNKNOWN']);
/** Bounds the memory of a group and the length of its transaction. */
const JOBS_PER_GROUP = 1000;

/**
 * The one writer of the database. Everything that waits is committed in one transaction, in the order of its arrival, so
 * that one fsync serves many requests; the index is assigned here, because a database sequence is not a commit order.
 */
export class Committer {
  private queue: QueuedJob[] = [];
  private running = false;
  private committing: Promise<void> | undefined;
  private paused: Promise<void> = Promise.resolve();
  private current: CommitReceipt = { localIndex: 0, replicatedIndex: 0 };
  private streamPosition: StreamPosition | undefined;
  private waitingSince = 0;
  private settled = -1;

  constructor(private readonly parts: CommitterParts) {}

  get counters(): CommitReceipt {
    return this.current;
  }

  /** Replicated index up to which a power cut takes nothing; -1: not known since the database was opened. */
  get settledIndex(): number {
    return this.settled;
  }

  get stream(): StreamPosition | undefined {
    return this.streamPosition;
  }

  /** The transaction that is being committed, until its subscribers were told. Never rejects. */
  get underWay(): Promise<void> | undefined {
    return this.committing;
  }

  /** Units that wait for a transaction. */
  get waiting(): number {
    return this.queue.length;
  }

  /** After opening a database. */
  reset(counters: CommitReceipt, stream: StreamPosition | undefined): void {
    this.current = counters;
    this.streamPosition = stream;
    this.settled = -1;
  }

  /** @throws {TidelockError} what the job deserves; STORAGE_UNAVAILABLE, FENCED, COMMIT_UNKNOWN where the right to write was lost. */
  submit(job: Job): Promise<CommitReceipt> {
    if (this.queue.length === 0) this.waitingSince = performance.now();
    return new Promise((resolve, reject) => {
      this.queue.push({ job, resolve, reject });
      if (this.running) return;
      this.running = true;
      setImmediate(() => void this.drain());
    });
  }

  /** Runs when nothing is being committed, and lets nothing be committed meanwhile. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.paused.then(async () => {
      while (this.committing !== undefined) await this.committing;
      return work();
    });
    this.paused = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  private async drain(): Promise<void> {
    while (this.queue.length > 0) {
      await this.paused;
      this.committing = this.commitNext(this.takeGroup());
      await this.committing;
      this.committing = undefined;
    }
    this.running = false;
  }

  private takeGroup(): Waiting {
    const now = performance.now();
    const waitedMs = now - this.waitingSince;
    this.waitingSince = now;
    const end = this.queue.findIndex(({ job }, at) => job.closesGroup === true || at === JOBS_PER_GROUP - 1);
    return { jobs: this.queue.splice(0, end < 0 ? this.queue.length : end + 1), waitedMs };
  }

  private async commitNext({ jobs, waitedMs }: Waiting): Promise<void> {
    const refusal = this.parts.tenure.refusal();
    if (refusal !== undefined) return jobs.forEach(({ reject }) => reject(refusal));
    const group = new Group(this.current);
    group.stream = this.streamPosition;
    const joined = this.join(jobs, group);
    if (joined.length === 0) return;
    const { database, trees, history, epoch, observer, tenure, clock } = this.parts;
    const commit = () =>
      commitGroup(database, trees, group, { term: tenure.current, epoch: epoch(), now: clock.now() });
    try {
      await (observer.transaction?.({ units: joined.length, waitedMs }, commit) ?? commit());
    } catch (error) {
      history.drop(joined.length);
      await this.recover(error, joined.length);
      for (const { reject } of joined) reject(refusalOf(error));
      return;
    }
    this.finish(group, joined);
  }

  /** A failed transaction has changed nothing. After one of unknown outcome, or without the right to write, everything is read anew. */
  private async recover(error: unknown, units: number): Promise<void> {
    const { logger, trees, tenure } = this.parts;
    if (LOST.has((error as { code?: string }).code ?? '')) return tenure.lose(error);
    logger.error('a transaction failed', { reason: reasonOf(error), units });
    await trees.views.reload().catch((cause: unknown) => tenure.lose(cause));
  }

  private join(jobs: readonly QueuedJob[], group: Group): Joined[] {
    const joined: Joined[] = [];
    for (const { job, resolve, reject } of jobs) {
      try {
        const footprint = job.join(group);
        if (job.comesAgain !== true) group.survives = 'power-cut';
        this.parts.history.add(footprint);
        joined.push({ job, resolve, reject, footprint, receipt: { ...group.counters } });
      } catch (error) {
        if (isTidelockError(error, 'WRITE_CONFLICT')) this.parts.observer.overtaken?.();
        reject(refusalOf(error));
      }
    }
    return joined;
  }

  private finish(group: Group, joined: readonly Joined[]): void {
    this.current = group.counters;
    this.streamPosition = group.stream;
    if (group.survives === 'power-cut') this.settled = group.counters.replicatedIndex;
    this.parts.history.confirm();
    this.parts.onCommitted(group, joined);
    for (const { resolve, receipt } of joined) resolve(receipt);
  }
}

const refusalOf = (error: unknown): TidelockError =>
  isTidelockError(error) ? error : new TidelockError('INTERNAL', { cause: error });
