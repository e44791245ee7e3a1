import { badRequest } from '@tidelock/kernel';

const MOST_BYTES = 512;

/**
 * A name that a client gives to something, which becomes a part of keys and of indexed columns.
 *
 * @param what names it in the error: `username`.
 * @throws {TidelockError} INVALID_REQUEST for one of more than 512 bytes.
 */
export function shortName(name: string, what: string): string {
  if (Buffer.byteLength(name) > MOST_BYTES)
    throw badRequest(`${what} is too long: it may have at most ${MOST_BYTES} bytes`);
  return name;
}
