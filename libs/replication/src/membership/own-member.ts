import { randomBytes } from 'node:crypto';
import { badRequest, LONGEST_NAME } from '@tidelock/kernel';
import { newSigningKey, ReignSigner, SigningKey } from '@tidelock/stream';
import { type Credentials, readCredentials, type Role, writeCredentials } from './role-store';
import type { ReplicationParts } from '../ports/parts';
import type { Member, OwnMember } from '../set-members/member';
import { ifDamaged, type MemberReader, putMember, readMember } from '../set-members/member-records';

/** Public half of a signing key, base64. */
export const publicKeyOf = (key: string): string => new SigningKey(key).publicKey.toString('base64');

export const newFounder = (): OwnMember => ({ id: `primary-${randomBytes(4).toString('hex')}`, key: newSigningKey() });

/**
 * An operator's order is about another cluster.
 *
 * @throws {TidelockError} INVALID_REQUEST for this cluster's own id, and for one of before that its record as a member is still under: one who was
 *   promoted by force may never have been sent the record of its latest id.
 */
export async function requireOtherMember(
  replicated: Pick<MemberReader, 'get'>,
  own: OwnMember | undefined,
  id: string,
): Promise<void> {
  if (own === undefined) return;
  const member = id.length > LONGEST_NAME ? undefined : await readMember(replicated, id).catch(ifDamaged);
  const isOwn = id === own.id || (member?.state === 'active' && member.publicKey === publicKeyOf(own.key));
  if (isOwn) throw badRequest(`"${id}" is this cluster's own id in the replication set`);
}

/** The record of a cluster that has all of the data and takes any request. */
export const memberRecord = ({ id, key }: OwnMember, epoch: number): Member => ({
  id,
  state: 'active',
  publicKey: publicKeyOf(key),
  epoch,
  forwarding: 'all',
  filtered: false,
});

export function signerOf({ member, reign }: Pick<Credentials, 'member' | 'reign'>): ReignSigner {
  if (member === undefined || reign === undefined) throw new Error('this cluster has no keys to sign with');
  return new ReignSigner({ member: member.key, reign: reign.key }, reign.epoch);
}

/**
 * The keys that a primary signs with. A set that was made before there were any gets them now, and its primary its record. No other writes one here:
 * replicated state cannot be written while a promotion is under way, and whoever is promoted has a record of its key, be it under an earlier id.
 */
export async function signingCredentials(
  { store }: Pick<ReplicationParts, 'store'>,
  { epoch }: Role,
): Promise<Credentials> {
  return store.transact(async ({ local, replicated }) => {
    const credentials = await readCredentials(local);
    const member = credentials.member ?? newFounder();
    const reign = credentials.reign?.epoch === epoch ? credentials.reign : { epoch, key: newSigningKey() };
    if (credentials.member === undefined) await putMember(replicated, memberRecord(member, epoch));
    if (credentials.member === member && credentials.reign === reign) return credentials;
    const complete = { ...credentials, member, reign };
    writeCredentials(local, complete);
    return complete;
  });
}
