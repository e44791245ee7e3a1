import { type ForwardingLevel, isTidelockError } from '@tidelock/kernel';
import type { ReplicatedReader, Store, StoreAdmin, UnitOfWork } from '@tidelock/store';
import { decodeMember, encodeMember, mayReign, type Member, MEMBERS } from './member';

/** Outside a unit of work, or within one: then what is read counts for its conflicts. */
export type MemberReader = Pick<UnitOfWork['replicated'], 'get' | 'keys'>;
export type MemberWriter = MemberReader & Pick<UnitOfWork['replicated'], 'put' | 'delete'>;

export async function readMember(replicated: Pick<MemberReader, 'get'>, id: string): Promise<Member | undefined> {
  const value = await replicated.get(MEMBERS + id);
  return value && decodeMember(value);
}

/** By sealed bytes in the store's memory: they open to the same each time. */
const opened = new WeakMap<Buffer, Member>();

/** `readMember` for what each call of a secondary asks: a record that has not changed is not opened again, and is told while the barrier is sealed, too. */
export async function cachedMember(
  replicated: Pick<ReplicatedReader, 'get' | 'getSealed'>,
  id: string,
): Promise<Member | undefined> {
  const sealed = await replicated.getSealed(MEMBERS + id);
  if (sealed === undefined) return undefined;
  const known = opened.get(sealed);
  if (known !== undefined) return known;
  const member = await readMember(replicated, id);
  // What was read may be newer, or repaired.
  if (member !== undefined && sealed === (await replicated.getSealed(MEMBERS + id))) opened.set(sealed, member);
  return member;
}

/**
 * Whether an operator has revoked a member: what its record says, whatever a row that only its primary has may say. Nobody who has no key of the
 * set can write it.
 *
 * @throws {TidelockError} CORRUPT_RECORD while that cannot be told.
 */
export const isRevoked = async (replicated: Pick<MemberReader, 'get'>, id: string): Promise<boolean> =>
  (await readMember(replicated, id))?.state === 'revoked';

/** `cachedMember` for where a read that waits until a damaged record is repaired would keep it from being repaired. */
export async function memberOrDamaged(
  { replicated, integrity }: Pick<Store, 'replicated'> & Pick<StoreAdmin, 'integrity'>,
  id: string,
): Promise<Member | 'damaged' | undefined> {
  const sealed = await replicated.getSealed(MEMBERS + id);
  const known = sealed && opened.get(sealed);
  if (sealed === undefined || known !== undefined) return known;
  return integrity.isAuthentic(MEMBERS + id, sealed) ? cachedMember(replicated, id) : 'damaged';
}

/** Whether there is a record of a member, damaged or not. */
export const hasMember = (replicated: Pick<MemberReader, 'get'>, id: string): Promise<boolean> =>
  readMember(replicated, id).then(
    (member) => member !== undefined,
    (error: unknown) => ifDamaged(error) ?? true,
  );

/** In place of a damaged record: its key signs nothing any more, until it joins anew. */
const forgotten = (id: string): Member => ({
  id,
  state: 'active',
  publicKey: '',
  epoch: 0,
  forwarding: 'all',
  filtered: false,
});

/**
 * The level of a member of an earlier reign that an operator has bounded, and whose filter it did not come from: the primary of another reign
 * goes on with it. `undefined` for all others.
 */
export async function levelKept(
  replicated: Pick<MemberReader, 'get'>,
  id: string,
): Promise<ForwardingLevel | undefined> {
  const member = await readMember(replicated, id).catch(ifDamaged);
  return member?.state === 'active' && !member.filtered && member.forwarding === 'data' ? 'data' : undefined;
}

/** All of them, by id; revoked ones included. A damaged record, until it is healed, is nobody's: it holds up no other member. */
export async function allMembers(replicated: MemberReader): Promise<Member[]> {
  const keys = await replicated.keys(MEMBERS);
  const members = await Promise.all(
    keys.map((key) => readMember(replicated, key.slice(MEMBERS.length)).catch(ifDamaged)),
  );
  return members.filter((member) => member !== undefined);
}

/** For a `catch`. A record whose key has yet to come tells as little. */
export function ifDamaged(error: unknown): undefined {
  if (!isTidelockError(error, 'CORRUPT_RECORD') && !isTidelockError(error, 'UNKNOWN_TERM')) throw error;
}

/** The active member that has a public key (32 bytes). */
export async function memberWithKey(replicated: MemberReader, publicKey: Buffer): Promise<Member | undefined> {
  const name = publicKey.toString('base64');
  return (await allMembers(replicated)).find((member) => member.publicKey === name && member.state === 'active');
}

/** Public keys (base64) of the members that may begin a reign. */
export async function successors(replicated: MemberReader): Promise<Set<string>> {
  return new Set((await allMembers(replicated)).filter(mayReign).map(({ publicKey }) => publicKey));
}

/**
 * Writes a member, under its id. A cluster that joins anew under another id leaves the former one: one key is one member. That an id was revoked
 * stays on record.
 */
export async function putMember(replicated: MemberWriter, member: Member): Promise<void> {
  for (const { id, publicKey, state } of await allMembers(replicated)) {
    if (id !== member.id && state === 'active' && publicKey !== '' && publicKey === member.publicKey)
      replicated.delete(MEMBERS + id);
  }
  replicated.put(MEMBERS + member.id, encodeMember(member));
}

/** A damaged record as that of one that was believed everything: what an operator does to it must not depend on what cannot be told. */
export const memberOrForgotten = (replicated: Pick<MemberReader, 'get'>, id: string): Promise<Member | undefined> =>
  readMember(replicated, id).catch((error: unknown) => ifDamaged(error) ?? forgotten(id));

/**
 * Writes part of a member anew. An unknown id is no error. A damaged record is no hindrance: what an operator does to a member must not depend
 * on what it can no longer tell.
 *
 * @returns the member as it was, a damaged one as one that was believed everything.
 */
export async function changeMember(
  replicated: MemberWriter,
  id: string,
  change: Partial<Omit<Member, 'id'>>,
): Promise<Member | undefined> {
  const member = await memberOrForgotten(replicated, id);
  if (member !== undefined) replicated.put(MEMBERS + id, encodeMember({ ...member, ...change }));
  return member;
}

/**
 * Revokes a member. One that has joined and has no record, being of an older version or having another id by now, gets one that says so.
 *
 * @returns the member as it was, as `changeMember` does.
 */
export async function revokeMember(
  replicated: MemberWriter,
  id: string,
  hadJoined: boolean,
): Promise<Member | undefined> {
  const member = await changeMember(replicated, id, { state: 'revoked' });
  if (member === undefined && hadJoined)
    replicated.put(MEMBERS + id, encodeMember({ ...forgotten(id), state: 'revoked' }));
  return member;
}

/** Members that a record stands for the same cluster as: of its id, or of its key. */
export async function formerly(
  replicated: MemberReader,
  { id, publicKey }: Pick<Member, 'id' | 'publicKey'>,
): Promise<Member[]> {
  return (await allMembers(replicated)).filter(
    (member) => member.id === id || (publicKey !== '' && member.publicKey === publicKey),
  );
}
