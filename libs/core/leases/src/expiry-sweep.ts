import { Sweep, type TokenStore } from '@tidelock/core/tokens';
import { type Clock, isTidelockError, type Logger, reasonOf } from '@tidelock/kernel';
import type { LocalTables, Store } from '@tidelock/store';
import type { LeaseRevoker } from './lease-revoker';
import { inOwnUnit } from './own-unit';

/** Never longer: a timer's delay ends at 2^31 ms, and the clock may jump. */
const LONGEST_PAUSE_MS = 60_000;
/** Commits come in bursts; one look at the index serves them all. */
const AFTER_COMMIT_MS = 50;
const PAGE = 100;
const AT_ONCE = 8;

/**
 * Ends tokens and leases when their time has come. What is due is read from the index on `expires_at`, so a million
 * leases cost no memory and a restart forgets none; one timer waits for the earliest.
 */
export class ExpirySweep extends Sweep {
  private timer: NodeJS.Timeout | undefined;
  private dueAt = Number.POSITIVE_INFINITY;
  private running: Promise<void> | undefined;
  private stopListening: (() => void) | undefined;

  constructor(
    private readonly store: Pick<Store, 'begin' | 'local' | 'onCommit'>,
    private readonly tokens: TokenStore,
    private readonly revoker: LeaseRevoker,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    super();
  }

  /** From unseal on. */
  start(): void {
    if (this.stopListening !== undefined) return;
    this.stopListening = this.store.onCommit(({ localRows }) => {
      if (localRows.some(({ table }) => table === 'token' || table === 'lease')) this.schedule(AFTER_COMMIT_MS);
    });
    this.schedule(0);
  }

  /** Before the store is sealed or closed; resolves when nothing is being revoked any more. */
  async stop(): Promise<void> {
    this.stopListening?.();
    this.stopListening = undefined;
    this.unschedule();
    await this.running;
  }

  override wake(): void {
    if (this.stopListening !== undefined) this.schedule(0);
  }

  /** Ends all that is due at `now`. What fails is logged, and due again later. */
  async sweep(now: number): Promise<void> {
    await this.inPages('token', now, async ({ id }) => {
      await inOwnUnit(this.store, (unit) => this.tokens.revokeTree(unit, id, now));
    });
    await this.inPages('lease', now, async ({ id }) => {
      await this.revoker.revoke(id, now);
    });
  }

  private async inPages<T extends 'token' | 'lease'>(
    table: T, now: number, end: (row: LocalTables[T]) => Promise<void>,
  ): Promise<void> {
    for (;;) {
      const due = await this.store.local.rows<'token' | 'lease'>(table, { column: 'expires_at', below: now + 1, limit: PAGE });
      const failures = await inTurns(due as LocalTables[T][], end);
      for (const failure of failures) this.logger.error('an expired entry could not be ended', { table, reason: reasonOf(failure) });
      // Whatever failed is still due and would come again at once.
      if (due.length < PAGE || failures.length > 0) return;
    }
  }

  private schedule(delayMilliseconds: number): void {
    const dueAt = Date.now() + delayMilliseconds;
    if (this.timer !== undefined && this.dueAt <= dueAt) return;
    this.unschedule();
    this.dueAt = dueAt;
    this.timer = setTimeout(() => this.run(), delayMilliseconds);
    this.timer.unref();
  }

  private unschedule(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.dueAt = Number.POSITIVE_INFINITY;
  }

  private run(): void {
    this.unschedule();
    if (this.running !== undefined) return this.schedule(AFTER_COMMIT_MS);
    this.running = this.sweepAndWait().finally(() => {
      this.running = undefined;
    });
  }

  private async sweepAndWait(): Promise<void> {
    let pause = LONGEST_PAUSE_MS;
    try {
      await this.sweep(this.clock.now());
      pause = Math.min(Math.max((await this.earliest()) - this.clock.now(), 1), LONGEST_PAUSE_MS);
    } catch (error) {
      if (!isTidelockError(error, 'SEALED')) this.logger.error('the sweep of expired leases failed', { reason: reasonOf(error) });
    }
    if (this.stopListening !== undefined) this.schedule(pause);
  }

  private async earliest(): Promise<number> {
    const first = { column: 'expires_at', below: Number.MAX_SAFE_INTEGER, limit: 1 } as const;
    const [[token], [lease]] = await Promise.all([this.store.local.rows('token', first), this.store.local.rows('lease', first)]);
    return Math.min(token?.expires_at ?? Number.POSITIVE_INFINITY, lease?.expires_at ?? Number.POSITIVE_INFINITY);
  }
}

/** @returns what was thrown; the others are done nevertheless. */
async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<unknown[]> {
  const failures: unknown[] = [];
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return failures;
}
