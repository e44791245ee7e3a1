import { badRequest, type ForwardingLevel } from '@tidelock/kernel';
import { isSignedBy } from '@tidelock/stream';

/**
 * A cluster that belongs to the set. Replicated, so that every cluster of it, and whoever is promoted later, knows the same members.
 */
export interface Member {
  /** The id that a secondary was given; of a set's first primary `primary-` and 8 hex digits. */
  readonly id: string;
  /** `active` once it has joined. Who is `revoked` may sign nothing, and its name may be given again. */
  readonly state: 'active' | 'revoked';
  /** Ed25519, 32 bytes, base64; `""` when it is not known any more. */
  readonly publicKey: string;
  /** The epoch in which it joined. */
  readonly epoch: number;
  readonly forwarding: ForwardingLevel;
  /** It has a paths filter, and so not all of the data: no reign of its is believed. */
  readonly filtered: boolean;
}

/** This cluster as a member of its set. */
export interface OwnMember {
  readonly id: string;
  /** Text of a `SigningKey`: a secret. */
  readonly key: string;
}

/** A reign of this cluster's. */
export interface OwnReign {
  readonly epoch: number;
  /** Text of a `SigningKey`: a secret. */
  readonly key: string;
}

/** Replicated records `core/member/<id>`. */
export const MEMBERS = 'core/member/';

export const encodeMember = (member: Member): Buffer => Buffer.from(JSON.stringify(member));

export const decodeMember = (value: Buffer): Member => JSON.parse(value.toString('utf8')) as Member;

type Trust = Pick<Member, 'state' | 'forwarding' | 'filtered'>;

/** Whether a member has all of the data. */
export const hasEverything = ({ state, filtered }: Pick<Member, 'state' | 'filtered'>): boolean =>
  state === 'active' && !filtered;

/** Whether a member may begin a reign: it has all of the data, and is believed everything. Who is not believed root must not be able to take root's place. */
export const mayReign = (member: Trust): boolean => hasEverything(member) && member.forwarding === 'all';

/** Whether a member is given the key of the set's batch tokens: with it a member could make tokens that are believed more than it is. */
export const mayMakeBatchTokens = (member: Trust): boolean => mayReign(member);

/**
 * What a joiner signs to show that the public key which it registers is its own: nobody can take another member's key over.
 *
 * @param authority the PEM text of the CA that it was admitted with.
 */
export const registrationOf = (
  set: string,
  { id, authority }: { readonly id: string; readonly authority: string },
): Buffer => Buffer.from(['tidelock member', set, id, authority].join('\0'));

/**
 * @returns the public key, base64.
 * @throws {TidelockError} INVALID_REQUEST unless the private half of the key has signed the registration.
 */
export function requireOwnKey(
  { signingKey, signingProof }: Readonly<Record<'signingKey' | 'signingProof', unknown>>,
  ...admitted: Parameters<typeof registrationOf>
): string {
  if (typeof signingKey === 'string' && typeof signingProof === 'string') {
    const key = Buffer.from(signingKey, 'base64');
    const isWhole = key.toString('base64') === signingKey;
    if (isWhole && isSignedBy(key, registrationOf(...admitted), Buffer.from(signingProof, 'base64'))) return signingKey;
  }
  throw badRequest(
    'the joiner has not shown that the key which it wants to sign with is its own; is it of an older version than its primary?',
  );
}
