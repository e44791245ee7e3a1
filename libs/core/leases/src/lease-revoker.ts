import { askEngine, type LeasedEngines } from '@tidelock/core/mounts';
import type { OutsideRoom } from '@tidelock/core/outside';
import type { Asking } from '@tidelock/engine-api';
import { isTidelockError, type Logger, reasonOf } from '@tidelock/kernel';
import { NEVER_DUE, type Store, type UnitOfWork } from '@tidelock/store';
import { type LeaseEntry, leaseRow, pathOfLease, readLease } from './lease-entry';

/** After so many failures a lease waits for a person: Vault's irrevocable lease. */
const MAX_FAILURES = 6;
const FIRST_RETRY_MS = 10_000;

/** An engine's side effects are repeated with each of them. */
export const OVERTAKEN = { attempts: 8 } as const;

/** Undoes leased secrets, each in a unit of work of its own. */
export class LeaseRevoker {
  constructor(
    private readonly store: Pick<Store, 'transact'>,
    private readonly engines: LeasedEngines,
    private readonly outside: Pick<OutsideRoom, 'transact'>,
    private readonly logger: Logger,
  ) {}

  /**
   * Undoes the secret, then drops the lease. A lease that is not there is no error.
   *
   * @param force drops the lease although the engine fails.
   * @returns what went wrong: the lease is over then, but kept, to be tried again later.
   */
  async revoke(leaseId: string, asking: Asking, force = false): Promise<string | undefined> {
    try {
      await this.outside.transact({ place: pathOfLease(leaseId) }, 'revoke a lease', (unit) =>
        this.undo(unit, leaseId, asking),
      );
      return undefined;
    } catch (error) {
      if (isTidelockError(error, 'SEALED') || isTidelockError(error, 'WRITE_CONFLICT')) throw error;
      const reason = reasonOf(error);
      await this.store.transact(
        (unit) => (force ? drop(unit, leaseId) : this.keep(unit, leaseId, asking.now, reason)),
        OVERTAKEN,
      );
      return force ? undefined : reason;
    }
  }

  private async undo(unit: UnitOfWork, leaseId: string, asking: Asking): Promise<void> {
    const entry = await readLease(unit.local, leaseId);
    if (entry === undefined) return;
    if (entry.damaged)
      throw new Error('the stored lease is damaged: undo its secret by hand, then drop the lease by force');
    const at = this.engines.engineOf(unit, pathOfLease(leaseId));
    if (at === undefined) throw new Error("no engine is mounted at the lease's path");
    await askEngine(at, { unit, asking }, async (context) => at.instance.revokeLease?.({ ...entry, leaseId }, context));
    unit.local.delete('lease', leaseId);
  }

  private async keep(unit: UnitOfWork, leaseId: string, now: number, reason: string): Promise<void> {
    const entry = await readLease(unit.local, leaseId);
    if (entry === undefined) return;
    const failed = afterFailure(entry, now, reason);
    unit.local.put('lease', leaseRow(failed));
    const fields = { lease: leaseId, failures: failed.failures, reason };
    if (failed.expiresAt === NEVER_DUE)
      this.logger.error('a lease could not be revoked and is irrevocable now', fields);
    else this.logger.warn('a lease could not be revoked and will be tried again', fields);
  }
}

async function drop(unit: UnitOfWork, leaseId: string): Promise<void> {
  if ((await unit.local.heads('lease', { column: 'id', equals: leaseId })).length > 0)
    unit.local.delete('lease', leaseId);
}

function afterFailure(entry: LeaseEntry, now: number, lastError: string): LeaseEntry {
  const failures = entry.failures + 1;
  const expiresAt = failures >= MAX_FAILURES || entry.damaged ? NEVER_DUE : now + FIRST_RETRY_MS * 2 ** (failures - 1);
  return { ...entry, failures, lastError, expiresAt, endedAt: entry.endedAt || Math.min(now, entry.expiresAt) };
}
