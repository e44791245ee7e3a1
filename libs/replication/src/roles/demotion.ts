import type { PrimaryRole } from './primary-role';
import { NO_ROLE, type Role, writeRole } from './role-store';
import type { ReplicationParts } from './settings';

/** A broker that is away does not hold a demotion up for longer. */
const DRAIN_MS = 10_000;

export interface Demotion {
  readonly role: Role;
  /** Mutations that the broker has not got: no other cluster can have them. They stay in the journal. */
  readonly unpublished: number;
}

/**
 * Makes a primary, whose writes have been stopped, a secondary without a primary: everything is published first, so that the cluster
 * that is promoted next loses nothing. Durable when this returns.
 */
export async function demote({ store }: ReplicationParts, primary: PrimaryRole): Promise<Demotion> {
  // Behind all commits that were under way when writes were stopped.
  await store.applySync([]);
  const drained = await primary.drain(DRAIN_MS);
  const { unpublished } = primary;
  await primary.stop();
  const { setId, epoch, epochs } = primary.role;
  const role: Role = { ...NO_ROLE, mode: 'secondary', idle: true, setId, epoch, epochs };
  await leaveJournal({ store }, role, drained ? primary.published : undefined);
  return { role, unpublished };
}

/** From here on the cluster publishes nothing; it can follow the stream on from where its own ended, where that is known. */
export async function leaveJournal({ store }: Pick<ReplicationParts, 'store'>, role: Role, end: Parameters<ReplicationParts['store']['moveTo']>[0]): Promise<void> {
  store.journal.enabled = false;
  await store.moveTo(end);
  const unit = store.begin();
  writeRole(unit.local, role);
  await unit.commit();
}
