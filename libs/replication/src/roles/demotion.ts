import { setTimeout as sleep } from 'node:timers/promises';
import { badRequest } from '@tidelock/kernel';
import type { StreamPosition } from '@tidelock/store';
import type { Succession } from '@tidelock/stream';
import { NO_ROLE, type Role, withEpoch, writeRole } from '../membership/role-store';
import type { ReplicationParts } from '../ports/parts';
import type { Quarantine } from '../quarantine/quarantine';
import type { PrimaryRole } from '../primary/primary-role';

/** How long the broker may take to have everything. */
const DRAIN_MS = 10_000;
const POLL_MS = 20;

/**
 * Publishes everything that a primary, whose writes have been stopped, has: so that the cluster that is promoted next loses nothing.
 *
 * @param force be content although the broker does not take everything.
 * @param requireNoPause throws once the primary has been laid down meanwhile.
 * @returns mutations that the broker has not got: no other cluster can have them. They stay in the journal.
 * @throws {TidelockError} INVALID_REQUEST when it does not: a client must not ask again by itself, as it does after a 502, when nobody waits for it any more. The cluster is the primary all the while.
 */
export async function drain(
  { store, clock }: ReplicationParts,
  primary: PrimaryRole,
  force: boolean,
  requireNoPause: () => void,
): Promise<number> {
  // Behind all commits that were under way when writes were stopped.
  await store.applySync([]);
  // Canaries come meanwhile.
  const deadline = clock.now() + DRAIN_MS;
  // eslint-disable-next-line tidelock/recurring-timers -- the patience of a demotion
  for (; primary.unpublished > 0 && clock.now() < deadline; requireNoPause()) await sleep(POLL_MS);
  const { unpublished } = primary;
  if (unpublished > 0 && !force) {
    throw badRequest(
      `refusing to demote: the broker has not got the last ${unpublished} mutations, which no other cluster could have; ` +
        'this cluster is still the primary. Try again when the broker answers, or set force=true',
    );
  }
  return unpublished;
}

/** Makes a primary a secondary without a primary. Durable when this returns. */
export async function demote(parts: ReplicationParts, primary: PrimaryRole, drained: boolean): Promise<Role> {
  await primary.stop();
  const { setId, epoch, epochs } = primary.role;
  const role: Role = { ...NO_ROLE, mode: 'secondary', idle: true, setId, epoch, epochs };
  await leaveJournal(parts, role, drained ? primary.published : undefined);
  return role;
}

/**
 * From here on the cluster publishes nothing; it can follow the stream on from where its own ended, where that is known.
 *
 * @param end everything committed lies before it. A journal row may have come at the very last moment, never one with a mutation: its
 *   index is free again.
 */
async function leaveJournal(
  { store }: Pick<ReplicationParts, 'store'>,
  role: Role,
  end: StreamPosition | undefined,
): Promise<void> {
  const unit = store.begin();
  writeRole(unit.local, role);
  await store.moveTo(end, { unit, dropsJournal: end !== undefined });
  // Not before: should the commit fail, the cluster is the primary still, and whatever it acknowledges has to leave a row.
  store.journal.disable();
}

/**
 * Ends the reign of a primary that has found a later epoch (P6): it publishes nothing more, and what it acknowledged after the point
 * that the new epoch builds on is set aside.
 */
export async function stepDown(
  parts: ReplicationParts & { readonly quarantine: Quarantine },
  primary: PrimaryRole,
  { epoch: byEpoch, after = 0 }: Succession,
): Promise<Role> {
  const { store, clock, logger } = parts;
  await store.applySync([]);
  const { setId, epoch, epochs } = primary.role;
  logger.error('another cluster of the set was promoted: this one is no longer the primary', { epoch, byEpoch, after });
  await primary.stop();
  await parts.quarantine.setAside(after);
  const role: Role = {
    ...NO_ROLE,
    mode: 'secondary',
    idle: true,
    setId,
    epoch,
    epochs: withEpoch(epochs, { epoch: byEpoch, after }),
    fenced: { epoch, byEpoch, at: clock.now() },
  };
  await leaveJournal(parts, role, undefined);
  return role;
}
