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
  private acquiring: Promise<void> | undefined;
  private readonly waiting: (() => void)[] = [];
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
    while (this.lost !== undefined && !this.closed) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  acquire(): Promise<void> {
    return (this.acquiring ??= this.takeAgain().finally(() => (this.acquiring = undefined)));
  }

  onLost(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** From now on nothing is written or served, until the right was acquired again. */
  lose(error: unknown): void {
    this.lostAgain = true;
    if (this.closed || this.lost !== undefined) return;
    this.lost = refusalOf(error);
    this.parts.logger.error('the right to write was lost; nothing is served until it is had again', {
      term: this.term,
      reason: reasonOf(error),
    });
    for (const listener of this.listeners) listener();
  }

  /** Nobody waits for it any more. */
  close(): void {
    this.closed = true;
    this.wakeAll();
  }

  private wakeAll(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }

  private async takeAgain(): Promise<void> {
    const { database, logger, reload } = this.parts;
    while (this.lost !== undefined && !this.closed) {
      try {
        this.lostAgain = false;
        await database.lock();
        // Closed meanwhile: a lock that is had now would be held for nobody.
        if (this.closed) return await database.close();
        await reload();
      } catch (error) {
        throw this.note(error);
      }
      if (this.lostAgain) continue;
      this.lost = undefined;
      logger.info('the right to write is had again, and everything was read anew', { term: this.term });
      this.wakeAll();
    }
  }

  /** Who has the lock is news; that the database is still away is not. @returns why it is not had. */
  private note(error: unknown): TidelockError {
    const refusal = refusalOf(error);
    if (refusal.code === 'FENCED' && this.lost?.code !== 'FENCED')
      this.parts.logger.warn('another node has taken the right to write; this one waits for it', {
        reason: reasonOf(error),
      });
    return (this.lost = refusal);
  }
}

const refusalOf = (cause: unknown): TidelockError =>
  new TidelockError(isTidelockError(cause, 'FENCED') ? 'FENCED' : 'STORAGE_UNAVAILABLE', { cause });
