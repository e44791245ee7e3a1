import { badRequest } from '@tidelock/kernel';

/**
 * Keys are UTF-8 in the database: half a surrogate pair would become another character, and PostgreSQL takes no NUL.
 *
 * @throws {TidelockError} INVALID_REQUEST for a key that could not be stored as it is.
 */
export function requireStorable(key: string): void {
  if (key.includes('\0') || !key.isWellFormed()) throw badRequest('path contains characters that cannot be stored');
}
