import { setTimeout as sleep } from 'node:timers/promises';
import { isTidelockError, type Logger, reasonOf } from '@tidelock/kernel';
import type { Store, StoreAdmin } from '@tidelock/store';
import type { DamageParts } from './damage-ledger';

/** A record as a secondary has it. */
export interface RecordCopy {
  readonly key: string;
  /** As stored. */
  readonly value: Buffer;
}

/** Keys of one heartbeat's answer. */
const MOST_WANTED = 20;
/** Two heartbeats and what they lead to, ms. */
const PATIENCE_MS = 6000;
const POLL_MS = 50;
/** Nobody waits again so soon for a record that did not come, ms. */
const DISCOURAGED_MS = 60_000;

/**
 * On a primary: damaged records are asked for with the answers to heartbeats, and a secondary sends its copies. A copy counts only
 * when it is what was committed here, which the digest that the record has kept tells: nobody can bring in anything else.
 */
export class CopiesFromSecondaries {
  private readonly inVain = new Map<string, number>();

  /** @param hasFullSecondary whether this is a primary with a secondary that has everything. */
  constructor(
    private readonly parts: DamageParts,
    private readonly hasFullSecondary: () => boolean,
  ) {}

  /** For a secondary that has everything: names of records are told to no other. */
  wanted(): string[] {
    return this.parts.ledger.contents.damaged.slice(0, MOST_WANTED);
  }

  async take(copies: readonly RecordCopy[]): Promise<void> {
    const { integrity, ledger, logger } = this.parts;
    const damaged = new Set(ledger.contents.damaged);
    try {
      const repaired = await integrity.restore(copies.filter(({ key }) => damaged.has(key)));
      ledger.remove(repaired);
      if (repaired.length > 0)
        logger.warn('damaged records were put back from a secondary', { records: repaired.length });
    } catch (error) {
      // Written over meanwhile: what is left is asked for again.
      if (!isTidelockError(error, 'WRITE_CONFLICT')) throw error;
    }
  }

  /** For a reader of a damaged record. @returns whether it is whole now. */
  async comes(key: string): Promise<boolean> {
    if (!this.hasFullSecondary() || performance.now() < (this.inVain.get(key) ?? 0)) return false;
    // eslint-disable-next-line tidelock/recurring-timers -- the patience of a read
    for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await sleep(POLL_MS)) {
      if (this.parts.ledger.has(key)) continue;
      this.inVain.delete(key);
      return true;
    }
    this.inVain.set(key, performance.now() + DISCOURAGED_MS);
    return false;
  }
}

export interface CopiesForPrimaryParts {
  readonly store: Pick<Store, 'replicated'> & Pick<StoreAdmin, 'integrity'>;
  /** Makes a call on the primary's cluster port. */
  readonly call: (name: string, body: unknown) => Promise<unknown>;
  readonly logger: Logger;
}

/** Sends this secondary's copies of records that are damaged at the primary. What cannot be sent now is asked for again. */
export async function sendCopies(
  { store, call, logger }: CopiesForPrimaryParts,
  keys: readonly string[],
): Promise<void> {
  try {
    const copies: RecordCopy[] = [];
    for (const key of keys) {
      const value = await store.replicated.getSealed(key);
      if (value !== undefined && store.integrity.isAuthentic(key, value)) copies.push({ key, value });
    }
    if (copies.length > 0) await call('mend', { copies });
  } catch (error) {
    logger.warn('the primary could not be given copies of its damaged records', { reason: reasonOf(error) });
  }
}
