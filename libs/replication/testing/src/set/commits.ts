import { TidelockError } from '@tidelock/kernel';
import type { Store } from '@tidelock/store';

/** `dies`: the process ends there, and with it all that it remembers. `is refused`: the database takes that one transaction not. */
export type Fate = 'dies' | 'is refused';

interface Database {
  commit(...order: unknown[]): Promise<unknown>;
  startOver(...order: unknown[]): Promise<unknown>;
}

/** Decides what becomes of a store's transactions. */
export class Commits {
  private left = Number.POSITIVE_INFINITY;
  private fate: Fate = 'dies';
  private over = false;
  private hit: () => void = () => undefined;
  private readonly waiting: ((error: Error) => void)[] = [];
  /** Resolves when the process has died. */
  struck: Promise<void> = new Promise(() => undefined);

  constructor(store: Store) {
    const { database } = store as unknown as { database: Database };
    for (const name of ['commit', 'startOver'] as const) {
      const work = database[name].bind(database);
      database[name] = (...order) => this.judge(() => work(...order));
    }
  }

  /** So many more transactions take place; the next one meets its fate. */
  failAfter(count: number, fate: Fate): void {
    this.left = count;
    this.fate = fate;
    this.struck = new Promise((resolve) => (this.hit = resolve));
  }

  /** @returns whether it has met its fate. */
  disarm(): boolean {
    const met = this.left < 0;
    this.left = Number.POSITIVE_INFINITY;
    return met;
  }

  /** What stands still since the process died is let go, and nothing of it takes place. */
  abandon(): void {
    this.over = true;
    for (const reject of this.waiting.splice(0)) reject(gone());
  }

  private async judge(work: () => Promise<unknown>): Promise<unknown> {
    if (this.over) throw gone();
    this.left -= 1;
    if (this.left >= 0) return work();
    if (this.fate === 'is refused') {
      if (this.left < -1) return work();
      throw new TidelockError('STORAGE_FULL');
    }
    this.hit();
    return new Promise((_, reject) => this.waiting.push(reject));
  }
}

const gone = (): Error => new TidelockError('STORAGE_FAILED', 'the process has died');
