import type { Life, Part, Task } from '@tidelock/core/runtime';
import type { TokenStore } from '@tidelock/core/tokens';
import { type Clock, isTidelockError, type Logger, reasonOf } from '@tidelock/kernel';
import { type Store, unlessDamaged } from '@tidelock/store';
import { type LeaseRevoker, OVERTAKEN } from './lease-revoker';
import { RowRetries } from './row-retries';

/** Never longer: the clock may jump. */
const LONGEST_PAUSE_MS = 60_000;
/** Between two looks at what is due: whatever goes wrong, there is no hot loop. */
const SHORTEST_PAUSE_MS = 1_000;
/** Commits come in bursts; one look at the index serves them all. */
const AFTER_COMMIT_MS = 50;
/** After the store took no writes. */
const REST_MS = 10_000;
const PAGE = 100;
const AT_ONCE = 8;

/**
 * Ends tokens and leases when their time has come. What is due is read from the index on `expires_at`, so a million
 * leases cost no memory and a restart forgets none; the task waits for the earliest.
 */
export class ExpirySweep implements Part {
  readonly name = 'leases';
  private readonly task: Task = {
    name: 'sweep',
    retry: { first: REST_MS, longest: REST_MS },
    rests: true,
    run: (signal) => this.sweepDue(signal),
  };
  readonly tasks = [this.task];
  private readonly retries = new RowRetries();
  private life: Life | undefined;
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly store: Pick<Store, 'local' | 'onCommit' | 'transact'>,
    private readonly tokens: TokenStore,
    private readonly revoker: LeaseRevoker,
    private readonly clock: Clock,
    readonly logger: Logger,
  ) {}

  start(life: Life): void {
    this.life = life;
    const wake = (): void => life.wake(this.task, AFTER_COMMIT_MS);
    this.stopListening = this.store.onCommit({
      committed: ({ localRows }) => {
        if (localRows.some(({ table }) => table === 'token' || table === 'lease')) wake();
      },
      reloaded: wake,
    });
  }

  stop(): void {
    this.stopListening();
  }

  wake(): void {
    this.life?.wake(this.task);
  }

  /**
   * Ends all that is due at `now`, each row in a unit of its own. A row that fails is logged, and due again later; the others go on.
   *
   * @param signal once it is aborted, no other row is begun.
   * @throws {TidelockError} what the store says when it takes no writes at all.
   */
  async sweep(now: number, signal?: AbortSignal): Promise<void> {
    await this.inPages('token', { now, signal }, (id) => this.endToken(id, now));
    await this.inPages('lease', { now, signal }, async (id) => void (await this.revoker.revoke(id, { now })));
  }

  private async endToken(id: string, now: number): Promise<void> {
    let damaged = false;
    await this.store.transact(async (unit) => {
      damaged = (await unlessDamaged(unit.local.row('token', id).then((row) => row ?? null))) === undefined;
      await this.tokens.revokeTree(unit, id, now);
    }, OVERTAKEN);
    if (damaged)
      this.logger.error('a stored token was changed outside the service; it has been ended by its key columns', {
        token: id,
      });
  }

  private async inPages(
    table: 'token' | 'lease',
    { now, signal }: { now: number; signal: AbortSignal | undefined },
    end: (id: string) => Promise<void>,
  ): Promise<void> {
    while (!signal?.aborted) {
      const limit = PAGE + this.retries.size;
      const due = await this.store.local.heads<'token' | 'lease'>(table, {
        column: 'expires_at',
        below: now + 1,
        limit,
      });
      const ready = due.filter(({ id }) => this.retries.isDue(table, id, now));
      await inTurns(ready, async ({ id }) => {
        if (!signal?.aborted) await this.end(table, id, now, end);
      });
      if (due.length < limit)
        this.retries.keep(
          table,
          due.map(({ id }) => id),
        );
      if (due.length < limit || ready.length === 0) return;
    }
  }

  private async end(table: string, id: string, now: number, end: (id: string) => Promise<void>): Promise<void> {
    try {
      await end(id);
      this.retries.succeeded(table, id);
    } catch (error) {
      this.retries.failed(table, id, now);
      if (isOfTheStore(error)) throw error;
      this.logger.error('an expired entry could not be ended', { table, reason: reasonOf(error) });
    }
  }

  private async sweepDue(signal: AbortSignal): Promise<number> {
    await this.sweep(this.clock.now(), signal);
    return Math.min(Math.max((await this.earliest()) - this.clock.now(), SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
  }

  /** When something is due next: for the first time, or again. */
  private async earliest(): Promise<number> {
    const now = this.clock.now();
    const query = { column: 'expires_at', below: Number.MAX_SAFE_INTEGER, limit: 1 + this.retries.size } as const;
    const [tokens, leases] = await Promise.all([
      this.store.local.heads('token', query),
      this.store.local.heads('lease', query),
    ]);
    const first = [
      tokens.find(({ id }) => this.retries.isDue('token', id, now)),
      leases.find(({ id }) => this.retries.isDue('lease', id, now)),
    ];
    return Math.min(this.retries.next(), ...first.map((row) => row?.expires_at ?? Number.POSITIVE_INFINITY));
  }
}

/** Nothing that one row is to blame for: the next one would meet it, too. */
const isOfTheStore = (error: unknown): boolean =>
  isTidelockError(error) &&
  error.status >= 500 &&
  !isTidelockError(error, 'CORRUPT_RECORD') &&
  !isTidelockError(error, 'WRITE_CONFLICT');

/** Some at a time. @throws the first thing that `work` throws, once nothing is under way any more. */
async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined && failures.length === 0; item = waiting.shift()) {
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (failures.length > 0) throw failures[0];
}
