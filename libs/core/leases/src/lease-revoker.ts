import { askEngine, type LeasedEngine, type LeasedEngines } from '@tidelock/core/mounts';
import { INTENT_PREFIX, type OutsideRoom } from '@tidelock/core/outside';
import type { Asking, LeasedSecret } from '@tidelock/engine-api';
import { isTidelockError, type Logger, noHandler, reasonOf, TidelockError } from '@tidelock/kernel';
import type { Forwarder } from '@tidelock/replication';
import { type LocalReader, NEVER_DUE, type Store, type UnitOfWork } from '@tidelock/store';
import {
  endOf,
  type LeaseEntry,
  leaseRow,
  MOUNT_GONE,
  mountedAgain,
  pathOfLease,
  readLease,
  withoutMount,
} from './lease-entry';
import { engineOfLease } from './lease-engine';
import type { MountedSecret, PrimaryRevocation } from './primary-revocation';

/** After so many failures a lease waits for a person: Vault's irrevocable lease. */
const MAX_FAILURES = 6;
const FIRST_RETRY_MS = 10_000;

/** As errors name it. */
const UNDOING = 'revoke a lease';
/** Of the sweep's and the revoker's own units: another row is not to wait for one that is always overtaken. */
export const OVERTAKEN = { attempts: 8 } as const;

/** Between two attempts while the primary cannot be asked: as long as it is over already, within these. */
const SHORTEST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 600_000;

interface RevokerNeeds {
  readonly store: Pick<Store, 'local' | 'position' | 'transact'>;
  readonly engines: LeasedEngines;
  readonly outside: Pick<OutsideRoom, 'transact'>;
  readonly primary: Pick<PrimaryRevocation, 'undo'>;
  /** Whether replicated mounts may lack some of their records: their engines would take a secret for undone. */
  readonly isBeingSynced: (local: LocalReader) => Promise<boolean>;
  readonly logger: Logger;
}

/** Nobody can undo the secret before the mount is back. */
class MountGone extends Error {
  constructor() {
    super(MOUNT_GONE);
  }
}

/** Undoes leased secrets, each in a unit of work of its own: here, or on the primary where that changes replicated state. */
export class LeaseRevoker {
  constructor(private readonly needs: RevokerNeeds) {}

  /**
   * Undoes the secret, then drops the lease. A lease that is not there is no error.
   *
   * @param force drops the lease although the engine fails.
   * @returns what went wrong: the lease is over then, but kept, to be tried again later.
   */
  async revoke(leaseId: string, asking: Asking, force = false): Promise<string | undefined> {
    try {
      await this.undoAnywhere(leaseId, asking);
      return undefined;
    } catch (error) {
      if (isTidelockError(error, 'SEALED') || isTidelockError(error, 'WRITE_CONFLICT')) throw error;
      const reason = reasonOf(error);
      // A record under a key that this cluster waits for says nothing of the engine either.
      const isAway = isTidelockError(error, 'PRIMARY_UNREACHABLE') || isTidelockError(error, 'UNKNOWN_TERM');
      const isGone = error instanceof MountGone;
      await this.committed((unit) => {
        if (force) return drop(unit, leaseId);
        return isAway
          ? this.putOff(unit, leaseId, asking.now, reason)
          : this.keep(unit, leaseId, asking.now, isGone ? undefined : reason);
      });
      return force ? undefined : reason;
    }
  }

  /**
   * Undoes a secret of whose lease only the secondary knows that asks for it. It is believed that it has one, and no more: replicated state alone
   * is changed, of a mount that it is given.
   *
   * @param secret where it does not name its mount, that is what is mounted at the path of the lease.
   * @returns index of the change, 0 where nothing was changed.
   * @throws {TidelockError} NO_HANDLER where it sees no such mount, PERMISSION_DENIED for what is not its business; what the engine throws.
   */
  async revokeFor(by: Forwarder, secret: MountedSecret, now: number): Promise<number> {
    const { store, engines, outside } = this.needs;
    const path = pathOfLease(secret.leaseId);
    let changed = false;
    const work = async (unit: UnitOfWork): Promise<void> => {
      unit.cause = { requestId: '', path };
      const { engine: at } = await engineOfLease(engines, unit, { id: secret.leaseId, mount: secret.mount ?? '' });
      if (at === undefined || by.hidden.includes(at.mount.path)) throw noHandler(path);
      requireOpenTo(by, at);
      await askToUndo(at, { unit, asking: { now } }, secret);
      changed = !unit.isEmpty;
    };
    await outside.transact({ place: path }, UNDOING, work, { replicatedOnly: true, mayDelete: INTENT_PREFIX });
    return changed ? store.position().replicatedIndex : 0;
  }

  private async undoAnywhere(leaseId: string, asking: Asking): Promise<void> {
    try {
      await this.needs.outside.transact({ place: pathOfLease(leaseId) }, UNDOING, (unit) =>
        this.undo(unit, leaseId, asking),
      );
    } catch (error) {
      if (!isTidelockError(error, 'READ_ONLY_REPLICA')) throw error;
      await this.undoOnPrimary(leaseId, asking.now);
    }
  }

  private async undo(unit: UnitOfWork, leaseId: string, asking: Asking): Promise<void> {
    const entry = await readLease(unit.local, leaseId);
    if (entry === undefined) return;
    if (entry.damaged)
      throw new Error(
        'the stored lease is damaged: undo its secret by hand, then drop the lease with sys/leases/revoke-force',
      );
    const { engine, isGone } = await engineOfLease(this.needs.engines, unit, entry);
    if (isGone) throw new MountGone();
    if (engine === undefined) throw new Error('this build has no engine for the mount of the lease');
    if (!engine.mount.local) await this.requireRecords(unit, entry);
    await askToUndo(engine, { unit, asking }, { ...entry, leaseId });
    unit.local.delete('lease', leaseId);
  }

  /** An engine that lacks the record of a secret would take it for undone. @throws {TidelockError} PRIMARY_UNREACHABLE. */
  private async requireRecords({ local }: UnitOfWork, { madeBy = 0 }: LeaseEntry): Promise<void> {
    if (madeBy > this.needs.store.position().replicatedIndex)
      throw awaited("the primary's change that made its secret has not come yet");
    if (await this.needs.isBeingSynced(local))
      throw awaited('the records of its mount are being fetched from the primary');
  }

  /** The lease goes when the change is here. Until then it is undone again: a reign that has lost the change would keep the secret. */
  private async undoOnPrimary(leaseId: string, now: number): Promise<void> {
    const { store, primary } = this.needs;
    const entry = await readLease(store.local, leaseId);
    if (entry === undefined) return;
    const { mount, issuedAt, internal } = entry;
    const isHere = await primary.undo({ leaseId, mount, issuedAt, internal });
    await this.committed((unit) =>
      isHere ? drop(unit, leaseId) : this.putOff(unit, leaseId, now, 'the change on the primary has not come back yet'),
    );
  }

  private committed(work: (unit: UnitOfWork) => Promise<void>): Promise<void> {
    return this.needs.store.transact(work, OVERTAKEN);
  }

  /** @param reason `undefined`: its mount is gone. */
  private async keep(unit: UnitOfWork, leaseId: string, now: number, reason: string | undefined): Promise<void> {
    const entry = await readLease(unit.local, leaseId);
    if (entry === undefined) return;
    // The mount may be back by now, and what its return wakes have passed this lease.
    if (reason === undefined && !(await engineOfLease(this.needs.engines, unit, entry)).isGone)
      return unit.local.put('lease', leaseRow(mountedAgain(entry, now)));
    const failed = reason === undefined ? withoutMount(entry, now) : afterFailure(entry, now, reason);
    unit.local.put('lease', leaseRow(failed));
    // It was told when the mount went.
    if (entry.mountGone) return;
    const { logger } = this.needs;
    const fields = { lease: leaseId, failures: failed.failures, reason: failed.lastError };
    if (failed.expiresAt === NEVER_DUE) logger.error('a lease could not be revoked and is irrevocable now', fields);
    else logger.warn('a lease could not be revoked and will be tried again', fields);
  }

  /** It is over and waits, for as long as the primary is away: that is no failure of the engine. */
  private async putOff(unit: UnitOfWork, leaseId: string, now: number, reason: string): Promise<void> {
    const entry = await readLease(unit.local, leaseId);
    if (entry === undefined) return;
    const endedAt = endOf(entry, now);
    const pause = Math.min(Math.max(now - endedAt, SHORTEST_WAIT_MS), LONGEST_WAIT_MS);
    unit.local.put('lease', leaseRow({ ...entry, endedAt, lastError: reason, expiresAt: now + pause }));
    if (entry.endedAt === 0)
      this.needs.logger.warn('a lease waits for the primary to undo its secret', { lease: leaseId, reason });
  }
}

const awaited = (text: string): TidelockError => new TidelockError('PRIMARY_UNREACHABLE', { text });

function requireOpenTo(
  { secondaryId, level }: Forwarder,
  { mount: { local }, level: needed }: Pick<LeasedEngine, 'mount' | 'level'>,
): void {
  const name = JSON.stringify(secondaryId);
  if (local)
    throw new TidelockError('PERMISSION_DENIED', `permission denied: a mount of the primary's own is at the path`);
  if (level !== 'all' && needed === 'all')
    throw new TidelockError(
      'PERMISSION_DENIED',
      `permission denied: the forwarding level of secondary ${name} is "data": the primary sets it, with the secondary's token or its paths filter`,
    );
}

async function drop(unit: UnitOfWork, leaseId: string): Promise<void> {
  if ((await unit.local.heads('lease', { column: 'id', equals: leaseId })).length > 0)
    unit.local.delete('lease', leaseId);
}

function afterFailure(entry: LeaseEntry, now: number, lastError: string): LeaseEntry {
  const failures = entry.failures + 1;
  const expiresAt = failures >= MAX_FAILURES || entry.damaged ? NEVER_DUE : now + FIRST_RETRY_MS * 2 ** (failures - 1);
  return { ...entry, failures, lastError, expiresAt, endedAt: endOf(entry, now) };
}

const askToUndo = (
  at: LeasedEngine,
  within: { readonly unit: UnitOfWork; readonly asking: Asking },
  secret: LeasedSecret,
): Promise<void> => askEngine(at, within, async (context) => at.instance.revokeLease?.(secret, context));
