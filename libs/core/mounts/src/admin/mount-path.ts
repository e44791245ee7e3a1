import type { EngineKind } from '@tidelock/engine-api';
import { badRequest, LONGEST_MOUNT_PATH } from '@tidelock/kernel';

/** Where auth methods are mounted. */
const AUTH_PREFIX = 'auth/';

/** First segments that are the service's own. */
const PROTECTED = ['audit/', AUTH_PREFIX, 'sys/', 'cubbyhole/', 'identity/'];

export const isProtected = (path: string): boolean => PROTECTED.some((prefix) => path.startsWith(prefix));

/**
 * A client's path as mount paths are written: no `/` before, one after.
 *
 * @throws {TidelockError} INVALID_REQUEST when it has empty or `..` segments or control characters, is empty, or is too long.
 */
export function mountPath(path: string): string {
  const bare = path.replace(/^\/+|\/+$/g, '');
  if (bare === '') throw badRequest('missing path');
  if (bare.length > LONGEST_MOUNT_PATH)
    throw badRequest(`path is too long: a mount's path has at most ${LONGEST_MOUNT_PATH} characters`);
  if (/[\u0000-\u001f\u007f]/.test(bare)) throw badRequest('path cannot contain non-printable characters');
  const segments = bare.split('/');
  if (segments.includes('..')) throw badRequest('path cannot contain parent references');
  if (segments.includes('')) throw badRequest('path has an empty segment');
  return `${bare}/`;
}

/** The full path of a mount that is named within its kind. */
export const fullPath = (kind: EngineKind, path: string): string =>
  (kind === 'auth' ? AUTH_PREFIX : '') + mountPath(path);

/** How a mount is called within its kind. */
export const shortPath = (kind: EngineKind, path: string): string =>
  kind === 'auth' ? path.slice(AUTH_PREFIX.length) : path;
