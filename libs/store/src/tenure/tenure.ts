import { setTimeout as sleep } from 'node:timers/promises';
import { isTidelockError, type Logger, reasonOf, TidelockError } from '@tidelock/kernel';
import type { Statement } from '../adapters/dialect';
import type { SqlDatabase } from '../adapters/sql-database';
import type { StoreTenure } from '../ports/tenure';
import { raisedTerm, touchUnder } from './term';

export interface TenureParts {
  readonly database: SqlDatabase;
  readonly logger: Logger;
  /** Begins a term, and reads everything anew in it before anything is committed. */
  readonly reload: () => Promise<void>;
}

const RETRY_MS = 500;

/**
 * The right to write: the database's lock, and a term that each commit names. Whoever takes the right raises the term *before* it
 * reads anything, so that what another had still under way cannot commit afterwards, whatever became of its lock.
 *
 * @see StoreTenure
 */
export class Tenure implements StoreTenure {
  private term = 0;
  private lost: TidelockError | undefined;
  /** The lock went while it was being taken. */
  private lostAgain = false;
  private closed = false;
  private taking: Promise<void> = Promise.resolve();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly parts: TenureParts) {
    parts.database.onLost((error) => this.lose(error));
  }

  /** Names the term of this node; never another's. */
  get current(): number {
    return this.term;
  }

  /** The fence of a transaction that leaves the position as it is. */
  fence(): Statement {
    return touchUnder(this.parts.database.dialect, this.term);
  }

  /** Begins a new term. The lock is had. */
  async begin(): Promise<void> {
    this.term = await raisedTerm(this.parts.database, this.term);
  }

  refusal(): TidelockError | undefined {
    return this.lost;
  }

  check(): Promise<void> {
    return this.parts.database.check();
  }

  async held(): Promise<void> {
    while (this.lost !== undefined && !this.closed) await this.taking;
  }

  onLost(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** From now on nothing is written or served; the right is sought until it is had again. */
  lose(error: unknown): void {
    this.lostAgain = true;
    if (this.closed || this.lost !== undefined) return;
    this.lost = refusalOf(error);
    this.parts.logger.error('the right to write was lost; nothing is served until it is had again', {
      term: this.term,
      reason: reasonOf(error),
    });
    this.taking = this.takeAgain();
    for (const listener of this.listeners) listener();
  }

  /** Seeks no more. */
  close(): void {
    this.closed = true;
  }

  private async takeAgain(): Promise<void> {
    const { database, logger, reload } = this.parts;
    while (!this.closed) {
      try {
        this.lostAgain = false;
        await database.lock();
        // Closed meanwhile: a lock that is had now would be held for nobody.
        if (this.closed) return await database.close();
        await reload();
        if (this.lostAgain) continue;
        this.lost = undefined;
        return logger.info('the right to write is had again, and everything was read anew', { term: this.term });
      } catch (error) {
        this.note(error);
        // eslint-disable-next-line tidelock/recurring-timers -- the store knows no runtime; it ends with `close`
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
  }

  /** Who has the lock is news; that the database is still away is not. */
  private note(error: unknown): void {
    const refusal = refusalOf(error);
    if (refusal.code === this.lost?.code) return;
    this.lost = refusal;
    if (refusal.code === 'FENCED')
      this.parts.logger.warn('another node has taken the right to write; this one waits for it', {
        reason: reasonOf(error),
      });
  }
}

const refusalOf = (cause: unknown): TidelockError =>
  new TidelockError(isTidelockError(cause, 'FENCED') ? 'FENCED' : 'STORAGE_UNAVAILABLE', { cause });
