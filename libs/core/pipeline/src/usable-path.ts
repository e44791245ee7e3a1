import { badRequest } from '@tidelock/kernel';

/** Bytes. A record's key is made of it, and an index of PostgreSQL holds keys of 2,700 bytes. */
const LONGEST_PATH = 2048;

/**
 * What no path may be, whichever way its request came in: it becomes part of record keys, which every cluster of the set has to be able to store.
 *
 * @throws {TidelockError} INVALID_REQUEST for control characters, and for more than 2,048 bytes.
 */
export function requireUsablePath(path: string): void {
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(path)) throw badRequest('path contains non-printable characters');
  if (Buffer.byteLength(path) > LONGEST_PATH) throw badRequest(`path is longer than ${LONGEST_PATH} bytes`);
}
