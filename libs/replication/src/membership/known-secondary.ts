import type { JWK } from 'jose';
import { badRequest, LONGEST_NAME } from '@tidelock/kernel';
import { type LocalReader, type LocalStore, unlessDamaged } from '@tidelock/store';

export type SecondaryState = 'pending' | 'active' | 'revoked';

/** A secondary that was given an activation token. */
export interface KnownSecondary {
  readonly id: string;
  readonly state: SecondaryState;
  /** SHA-256 of its certificate, hex. */
  readonly fingerprint: string;
  /** Term of the barrier's data key when that was made; absent = it came with the activation, or is from before a revocation: it is to be renewed. */
  readonly term?: number;
  /** Of its next certificate, until that has been used for the first time. */
  readonly nextFingerprint?: string;
  readonly nextTerm?: number;
  /** Registered when it was activated: keys of its stream are encrypted to it. */
  readonly publicKey?: JWK;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** Until when it may join, ms since the Unix epoch; gone when it has called as a member. */
  readonly expiresAt?: number;
}

/** Query that finds every row of the list. */
export const ALL = { column: 'id', prefix: '' } as const;

const ID = /^\w(?:[\w.-]*\w)?$/;

/** @throws {TidelockError} INVALID_REQUEST for what cannot be the id of a secondary. */
export function checkSecondaryId(id: string): void {
  if (id === '') throw badRequest('id must be specified');
  if (id.length > LONGEST_NAME)
    throw badRequest(`invalid secondary ID: it has ${id.length} characters, and may have ${LONGEST_NAME}`);
  if (!ID.test(id))
    throw badRequest(`invalid secondary ID "${id}": letters, digits, "_", and between them "-" and "."`);
}

/** What became of an id, as the caller's transaction sees it: one whose row is damaged may hold the set's keys, so it is `active`. */
export async function stateIn(local: LocalReader, id: string): Promise<SecondaryState | undefined> {
  const [head] = await local.heads('secondary', { column: 'id', equals: id });
  if (head === undefined) return undefined;
  return (await unlessDamaged(storedSecondary(local, id)))?.state ?? 'active';
}

/** This certificate is in use, and no other is good. Its term is kept where it is known. */
export function withCertificateInUse(secondary: KnownSecondary, fingerprint: string): KnownSecondary {
  const { term: _, nextFingerprint: __, nextTerm: ___, ...rest } = secondary;
  const term = termOf(secondary, fingerprint);
  return { ...rest, fingerprint, ...(term !== undefined && { term }) };
}

/** Its certificate has to be renewed. */
export const withOldCertificate = ({ term: _, nextTerm: __, ...secondary }: KnownSecondary): KnownSecondary =>
  secondary;

/** A certificate that has been used for the first time, and the one in whose place it stands: SHA-256, hex. */
export interface CertificateUse {
  readonly former: string;
  readonly fingerprint: string;
}

/** Where the former certificate still stands, the one that was used takes its place, whichever was asked for since. */
export const withUsedCertificate = (secondary: KnownSecondary, used: CertificateUse | undefined): KnownSecondary =>
  used?.former === secondary.fingerprint ? withCertificateInUse(secondary, used.fingerprint) : secondary;

/** Term of one of its certificates, by fingerprint. */
export function termOf(
  { fingerprint: own, term, nextFingerprint, nextTerm }: KnownSecondary,
  fingerprint: string,
): number | undefined {
  if (fingerprint === own) return term;
  return fingerprint === nextFingerprint ? nextTerm : undefined;
}

export const secondaryIn = (value: Buffer): KnownSecondary => JSON.parse(value.toString('utf8')) as KnownSecondary;

/** As the caller's transaction sees it. @throws {TidelockError} CORRUPT_RECORD for a damaged row. */
export async function storedSecondary(local: LocalReader, id: string): Promise<KnownSecondary | undefined> {
  const row = await local.row('secondary', id);
  return row && secondaryIn(row.value);
}

/** Of another reign: nobody on the list is known any more. */
export async function forgetSecondaries(local: LocalStore): Promise<void> {
  for (const { id } of await local.heads('secondary', ALL)) local.delete('secondary', id);
}

export const isSameKey = (known: JWK | undefined, { x, y }: JWK): boolean =>
  known !== undefined && known.x === x && known.y === y;

export const rowOf = (secondary: KnownSecondary) => ({
  id: secondary.id,
  status: secondary.state,
  value: Buffer.from(JSON.stringify(secondary)),
});
