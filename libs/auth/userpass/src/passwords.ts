import { randomBytes } from 'node:crypto';
import { badRequest } from '@tidelock/kernel';
import { compare, hash } from 'bcrypt';

const COST = 10;
/** bcrypt reads no further: two longer passwords would be the same one. */
const LONGEST_BYTES = 72;

/** @throws {TidelockError} INVALID_REQUEST for a password that bcrypt would cut off. */
export async function hashPassword(password: string): Promise<string> {
  if (Buffer.byteLength(password) > LONGEST_BYTES) throw badRequest('bcrypt: password length exceeds 72 bytes');
  return hash(password, COST);
}

let decoy: Promise<string> | undefined;

/** Compares in the time of one bcrypt run, whether there is a user (`stored`) or not. */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  decoy ??= hash(randomBytes(16).toString('hex'), COST);
  const isRight = await compare(password, stored ?? (await decoy));
  return isRight && stored !== undefined && Buffer.byteLength(password) <= LONGEST_BYTES;
}
