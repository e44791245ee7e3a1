import type { UnitOfWork } from '@tidelock/store';
import type { ReplicationParts } from '../membership/settings';
import { deleteRole } from '../membership/role-store';
import { forgetSecondaries } from '../membership/known-secondary';
import { forgetStreams } from '@tidelock/stream';

/** Leaves the replication set, data intact: as primary or as secondary, its role stopped before. Durable when this returns. */
export async function leaveSet({ store }: ReplicationParts): Promise<void> {
  const leave = async (unit: UnitOfWork): Promise<void> => {
    await forgetSecondaries(unit.local);
    await forgetStreams(unit.local);
    deleteRole(unit.local);
    await store.moveTo(undefined, { unit });
  };
  await store.transact(leave, { commit: false });
  store.journal.disable();
  await store.journal.trim(store.position().replicatedIndex);
}
