import type { Task } from '@tidelock/core/runtime';
import type { Logger } from '@tidelock/kernel';
import type { Outbox } from '@tidelock/store';

/** All in bytes. */
export interface JournalFigures {
  /** What the journal holds, published rows that are kept included. */
  readonly bytes: number;
  /** What the broker has not got, of the stream that is the furthest behind. */
  readonly pendingBytes: number;
  readonly budgetBytes: number;
}

export interface JournalParts {
  readonly store: { readonly journal: Pick<Outbox['journal'], 'bytesAfter'> };
  readonly logger: Logger;
  readonly settings: { readonly journalBudgetBytes: number };
  /** Index of the last row that every stream has behind it. */
  readonly scanned: () => number;
}

/**
 * Says in the log when the rows that wait for the broker outgrow the journal's budget, again each time they have doubled since, and when they fit
 * again. No more than that: a broker that is away refuses no write (P4), and no row that waits is ever dropped (P2).
 */
export class JournalWatch implements Task {
  readonly name = 'journal';
  readonly every = 1000;
  /** Bytes at which the next warning is due. */
  private mark: number;

  constructor(private readonly parts: JournalParts) {
    this.mark = parts.settings.journalBudgetBytes;
  }

  figures(): JournalFigures {
    const { store, settings, scanned } = this.parts;
    return {
      bytes: store.journal.bytesAfter(0),
      pendingBytes: store.journal.bytesAfter(scanned()),
      budgetBytes: settings.journalBudgetBytes,
    };
  }

  run(): void {
    const { logger } = this.parts;
    const { pendingBytes, budgetBytes } = this.figures();
    if (pendingBytes > this.mark) {
      this.mark = 2 * pendingBytes;
      logger.warn('the journal outgrows its budget: bring the broker back, or make room', {
        pendingBytes,
        budgetBytes,
      });
    } else if (pendingBytes <= budgetBytes && this.mark > budgetBytes) {
      this.mark = budgetBytes;
      logger.info('the journal is within its budget again', { pendingBytes, budgetBytes });
    }
  }
}
