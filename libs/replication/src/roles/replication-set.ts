import { newUuid } from '@tidelock/kernel';
import type { UnitOfWork } from '@tidelock/store';
import { forgetStreams, forgetSync, newSigningKey, newStreamKey } from '@tidelock/stream';
import { createAuthority, issueCertificate, serverNameOf } from '../cluster-port/certificates';
import { putMember } from '../set-members/member-records';
import { forgetSecondaries } from '../membership/known-secondary';
import { memberRecord, newFounder } from '../membership/own-member';
import { deleteRole, NO_ROLE, type Role, writeCredentials, writeRole } from '../membership/role-store';
import type { ReplicationParts } from '../ports/parts';

/** Makes a new replication set with this cluster as its primary: durable when this returns, not yet running. */
export async function createSet({ store, clock }: ReplicationParts, primaryClusterAddr: string): Promise<Role> {
  const setId = newUuid();
  const authority = await createAuthority(setId, clock.now());
  const identity = await issueCertificate(authority, { name: serverNameOf(setId), usage: 'server' }, clock.now());
  const role: Role = { ...NO_ROLE, mode: 'primary', setId, epoch: 1, reign: newUuid(), primaryClusterAddr };
  const member = newFounder();
  const unit = store.begin();
  writeRole(unit.local, role);
  forgetSync(unit.local);
  writeCredentials(unit.local, {
    authority,
    identity,
    member,
    reign: { epoch: role.epoch, key: newSigningKey() },
    streamKeys: [newStreamKey()],
  });
  await putMember(unit.replicated, memberRecord(member, role.epoch));
  await unit.commit();
  return role;
}

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
