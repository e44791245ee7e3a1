import { badRequest } from '@tidelock/kernel';

const jose = (): typeof import('jose') => require('jose');

/**
 * Reads the primary's address out of an activation token. The signature is the primary's to check, when it unwraps.
 *
 * @returns the claim `addr`, `""` when the primary did not know its own address.
 * @throws {TidelockError} INVALID_REQUEST when the text is no activation token.
 */
export function addressIn(token: string): string {
  const { decodeJwt, decodeProtectedHeader } = jose();
  try {
    const { typ } = decodeProtectedHeader(token);
    const { addr, type } = decodeJwt<{ addr?: unknown; type?: unknown }>(token);
    if ((typ === undefined || typ === 'JWT') && type === 'wrapping') return typeof addr === 'string' ? addr : '';
  } catch {
    // Falls through: the text is not a JWT at all.
  }
  throw badRequest(
    'error parsing secondary token: it is not a replication activation token; give the whole value of wrap_info.token',
  );
}
