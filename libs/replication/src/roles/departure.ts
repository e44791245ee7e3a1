import type { ReplicationParts } from '../membership/settings';
import { deleteRole } from '../membership/role-store';
import { forgetSecondaries } from '../membership/known-secondary';
import { forgetStreams } from '../publish/publisher-mark';
import { untilNotOvertaken } from './transact';

/** Leaves the replication set, data intact: as primary or as secondary, its role stopped before. Durable when this returns. */
export async function leaveSet({ store }: ReplicationParts): Promise<void> {
  await untilNotOvertaken(async () => {
    const unit = store.begin();
    await forgetSecondaries(unit.local);
    await forgetStreams(unit.local);
    deleteRole(unit.local);
    await store.moveTo(undefined, { unit });
  });
  store.journal.enabled = false;
  await store.journal.trim(store.position().replicatedIndex);
}
