import { badRequest, type Clock } from '@tidelock/kernel';
import type { LocalReader } from '@tidelock/store';
import { decryptWith } from '../keys/recipient-key';
import { type ActivationBundle, isActivationBundle } from './bundle';
import { pendingKey } from './pending-key';

/** A compact JWE has five parts, a JWT three. */
export const isEncryptedActivation = (token: string): boolean => token.split('.').length === 5;

/**
 * Opens an activation that the primary has encrypted to this cluster; no call to the primary's API is needed.
 *
 * @throws {TidelockError} INVALID_REQUEST for one that is meant for another key, was changed, or has expired.
 */
export async function openEncryptedActivation(
  token: string,
  { local, clock }: { readonly local: LocalReader; readonly clock: Clock },
): Promise<ActivationBundle> {
  const key = await pendingKey(local);
  if (key === undefined)
    throw unusable(
      'no public key is pending on this cluster: it was used, or never made. Call secondary/generate-public-key and ask the primary for a token with it',
    );
  const bundle = await decryptWith(key, token).catch(() => undefined);
  if (!isActivationBundle(bundle))
    throw unusable(
      'it does not open under the public key that is pending on this cluster: it was changed, or is meant for another key',
    );
  if (clock.now() > bundle.expires_at)
    throw unusable('it has expired: revoke the secondary id at the primary and ask for a new token');
  return bundle;
}

const unusable = (reason: string) => badRequest(`error parsing secondary token: ${reason}`);
