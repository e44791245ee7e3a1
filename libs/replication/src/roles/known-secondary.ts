import type { JWK } from 'jose';
import { badRequest, LONGEST_NAME } from '@tidelock/kernel';
import { type LocalReader, unlessDamaged } from '@tidelock/store';

export type SecondaryState = 'pending' | 'active' | 'revoked';

/** A secondary that was given an activation token. */
export interface KnownSecondary {
  readonly id: string;
  readonly state: SecondaryState;
  /** SHA-256 of its certificate, hex. */
  readonly fingerprint: string;
  /** Of its next certificate, until that has been used for the first time. */
  readonly nextFingerprint?: string;
  /** Registered when it was activated: keys of its stream are encrypted to it. */
  readonly publicKey?: JWK;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** Until when it may join, ms since the Unix epoch; gone when it has called as a member. */
  readonly expiresAt?: number;
}

const ID = /^\w(?:[\w.-]*\w)?$/;

/** @throws {TidelockError} INVALID_REQUEST for what cannot be the id of a secondary. */
export function checkSecondaryId(id: string): void {
  if (id === '') throw badRequest('id must be specified');
  if (id.length > LONGEST_NAME) throw badRequest(`invalid secondary ID: it has ${id.length} characters, and may have ${LONGEST_NAME}`);
  if (!ID.test(id)) throw badRequest(`invalid secondary ID "${id}": letters, digits, "_", and between them "-" and "."`);
}

/** What became of an id, as the caller's transaction sees it: one whose row is damaged may hold the set's keys, so it is `active`. */
export async function stateIn(local: LocalReader, id: string): Promise<SecondaryState | undefined> {
  const [head] = await local.heads('secondary', { column: 'id', equals: id });
  if (head === undefined) return undefined;
  const row = await unlessDamaged(local.row('secondary', id));
  return row === undefined ? 'active' : secondaryIn(row.value).state;
}

export const secondaryIn = (value: Buffer): KnownSecondary => JSON.parse(value.toString('utf8')) as KnownSecondary;

export const isSameKey = (known: JWK | undefined, { x, y }: JWK): boolean => known !== undefined && known.x === x && known.y === y;

export const rowOf = (secondary: KnownSecondary) => ({
  id: secondary.id,
  status: secondary.state,
  value: Buffer.from(JSON.stringify(secondary)),
});
