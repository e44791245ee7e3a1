import { TidelockError } from '@tidelock/kernel';
import type { StreamPosition } from '@tidelock/store';
import type { PrimaryRole } from './primary-role';
import { NO_ROLE, type Role, writeRole } from './role-store';
import type { ReplicationParts } from './settings';

/** How long the broker may take to have everything. */
const DRAIN_MS = 10_000;

export interface Demotion {
  readonly role: Role;
  /** Mutations that the broker has not got: no other cluster can have them. They stay in the journal. */
  readonly unpublished: number;
}

/**
 * Makes a primary, whose writes have been stopped, a secondary without a primary: everything is published first, so that the cluster
 * that is promoted next loses nothing. Durable when this returns.
 *
 * @param force demote although the broker does not take everything.
 * @throws {TidelockError} BROKER_UNREACHABLE when it does not, and the cluster is still the primary.
 */
export async function demote({ store }: ReplicationParts, primary: PrimaryRole, force: boolean): Promise<Demotion> {
  // Behind all commits that were under way when writes were stopped.
  await store.applySync([]);
  const drained = await primary.drain(DRAIN_MS);
  const { unpublished } = primary;
  if (!drained && !force) {
    throw new TidelockError('BROKER_UNREACHABLE', `refusing to demote: the broker has not got the last ${unpublished} mutations, which no other cluster could have; ` +
      'this cluster is still the primary. Try again when the broker answers, or set force=true');
  }
  await primary.stop();
  const { setId, epoch, epochs } = primary.role;
  const role: Role = { ...NO_ROLE, mode: 'secondary', idle: true, setId, epoch, epochs };
  await leaveJournal({ store }, role, drained ? primary.published : undefined);
  return { role, unpublished };
}

/**
 * From here on the cluster publishes nothing; it can follow the stream on from where its own ended, where that is known.
 *
 * @param end everything committed lies before it. A journal row may have come at the very last moment, never one with a mutation: its
 *   index is free again.
 */
export async function leaveJournal({ store }: Pick<ReplicationParts, 'store'>, role: Role, end: StreamPosition | undefined): Promise<void> {
  store.journal.enabled = false;
  const unit = store.begin();
  writeRole(unit.local, role);
  await store.moveTo(end, { unit, dropsJournal: end !== undefined });
}
