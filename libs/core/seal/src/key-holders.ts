import type { Barrier, ShareSeal } from '@tidelock/barrier';
import { badRequest, isTidelockError, reasonOf, TidelockError } from '@tidelock/kernel';
import { openShares, type SharesConfig } from './shares-config';

/**
 * Proves that the shares are those of the root key in use.
 *
 * @param failure what a wrong set of shares ends, for the error's text: `rekey aborted`.
 * @returns the root key: overwrite it after use.
 * @throws {TidelockError} INVALID_REQUEST for shares that do not make it up, SEALED.
 */
export async function provenRootKey(
  barrier: Barrier,
  seal: ShareSeal,
  config: SharesConfig,
  shares: readonly Buffer[],
  failure: string,
): Promise<Buffer> {
  if (barrier.sealed) throw new TidelockError('SEALED');
  const rootKey = await rootKeyBehind(seal, config, shares, failure);
  if (barrier.isRootKey(rootKey)) return rootKey;
  rootKey.fill(0);
  throw badRequest(`${failure}: invalid key`);
}

/** The root key that a configuration holds, in use or not: overwrite it after use. @throws {TidelockError} INVALID_REQUEST as `provenRootKey`. */
export function rootKeyBehind(
  seal: ShareSeal,
  config: SharesConfig,
  shares: readonly Buffer[],
  failure: string,
): Promise<Buffer> {
  return openShares(seal, config, shares).catch((error: unknown) => {
    throw badRequest(`${failure}: ${isTidelockError(error, 'CORRUPT_RECORD') ? 'invalid key' : reasonOf(error)}`);
  });
}
