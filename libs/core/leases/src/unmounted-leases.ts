import type { LeasedEngines } from '@tidelock/core/mounts';
import type { Life, Part, Task } from '@tidelock/core/runtime';
import type { MountView } from '@tidelock/engine-api';
import type { Clock, Logger } from '@tidelock/kernel';
import { NEVER_DUE, type Store, type UnitOfWork } from '@tidelock/store';
import { type LeaseEntry, leaseRow, MOUNT_GONE, mountedAgain, readLease, withoutMount } from './lease-entry';
import { leaseIdsBelow } from './lease-listing';

export interface UnmountedLeasesNeeds {
  readonly store: Pick<Store, 'local' | 'transact'>;
  readonly engines: LeasedEngines;
  readonly tokens: { revokeTokensBelow(folder: string, now: number): Promise<void> };
  /** Whether the mounts that are here have all of their records, so that their engines can be asked. */
  readonly isComplete: () => boolean;
  /** Effects outside the store of mounts that were gone. */
  readonly intents: { retryMounted(): void };
  readonly clock: Clock;
  readonly logger: Logger;
}

const PAGE = 200;
/** Until the records of mounts that have come are complete. */
const LOOK_AGAIN_MS = 5000;

/**
 * Leases whose mount has left its path with no word to this cluster before, because the primary removed, moved or hid it. One that was moved is asked
 * under its new path. Where it is gone its records are, too: nobody can revoke its leases before it comes back, so they wait for that, or for an operator.
 */
export class UnmountedLeases implements Part {
  readonly name = 'unmounted-leases';
  private readonly retry: Task = { name: 'retry', run: () => this.retryMounted() };
  readonly tasks = [this.retry];
  private life: Life | undefined;

  constructor(private readonly needs: UnmountedLeasesNeeds) {}

  start(life: Life): void {
    this.life = life;
  }

  /** Mounts have come: they may have left leases here. */
  wake(): void {
    this.life?.wake(this.retry);
  }

  /** A mount has left its path: the tokens that were made there end. Its leases are over, and revoked by the sweep or kept. */
  async left({ path, accessor }: MountView): Promise<void> {
    const { store, tokens, engines, clock, logger } = this.needs;
    const now = clock.now();
    await tokens.revokeTokensBelow(path, now);
    let isMoved = false;
    let leases = 0;
    for await (const ids of leaseIdsBelow(store.local, path, (mount) => mount === accessor)) {
      await this.change(ids, (entry, unit) => {
        isMoved = engines.mountWith(unit, accessor) !== undefined;
        return isMoved ? { ...entry, expiresAt: Math.min(now, entry.expiresAt) } : withoutMount(entry, now);
      });
      leases += ids.length;
    }
    if (leases === 0) return;
    const facts = { mount: path, accessor, leases };
    if (isMoved) logger.info('a mount was moved: the leases of its former path are revoked', facts);
    else logger.error('a mount is gone, and its leases are irrevocable now', { ...facts, reason: MOUNT_GONE });
  }

  /** @returns milliseconds until it looks again. */
  private async retryMounted(): Promise<number | void> {
    const { store, engines, isComplete, intents, clock, logger } = this.needs;
    if (!isComplete()) return LOOK_AGAIN_MS;
    intents.retryMounted();
    const rows = await store.local.heads('lease', { column: 'expires_at', equals: NEVER_DUE });
    let leases = 0;
    for (let at = 0; at < rows.length; at += PAGE) {
      const ids = rows.slice(at, at + PAGE).map(({ id }) => id);
      leases += await this.change(ids, (entry, unit) =>
        entry.mountGone && engines.mountWith(unit, entry.mount) ? mountedAgain(entry, clock.now()) : undefined,
      );
    }
    if (leases > 0) logger.info('mounts are back, and the leases that they had left are revoked', { leases });
    return undefined;
  }

  /** @returns how many were changed. */
  private change(
    ids: readonly string[],
    next: (entry: LeaseEntry, unit: UnitOfWork) => LeaseEntry | undefined,
  ): Promise<number> {
    return this.needs.store.transact(async (unit) => {
      let changed = 0;
      for (const id of ids) {
        const before = await readLease(unit.local, id);
        const after = before && next(before, unit);
        if (after === undefined) continue;
        unit.local.put('lease', leaseRow(after));
        changed += 1;
      }
      return changed;
    });
  }
}
