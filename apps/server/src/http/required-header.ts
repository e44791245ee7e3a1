import type { IncomingMessage } from 'node:http';
import { TidelockError } from '@tidelock/kernel';
import { termsOf } from './arrival';

/**
 * A server that is tricked into sending a request (SSRF) seldom can be made to set a header: a listener may demand one.
 *
 * @throws {TidelockError} 412, as Vault's agent answers.
 */
export function requireRequestHeader(request: IncomingMessage): void {
  if (!termsOf(request).requireRequestHeader || request.headers['x-vault-request'] === 'true') return;
  throw new TidelockError('INVALID_REQUEST', { status: 412, text: 'missing "X-Vault-Request" header' });
}
