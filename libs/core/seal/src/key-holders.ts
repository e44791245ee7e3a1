import type { Barrier, ShareSeal } from '@tidelock/barrier';
import { isTidelockError, reasonOf, TidelockError } from '@tidelock/kernel';
import { openShares, type SharesConfig } from './shares-config';

/** The shares do not make up the key they should. */
export class WrongShares extends Error {}

/**
 * Proves that the shares are those of the root key in use.
 *
 * @returns the root key: overwrite it after use.
 * @throws {WrongShares}
 * @throws {TidelockError} SEALED.
 */
export async function provenRootKey(
  barrier: Barrier,
  seal: ShareSeal,
  config: SharesConfig,
  shares: readonly Buffer[],
): Promise<Buffer> {
  if (barrier.sealed) throw new TidelockError('SEALED');
  const rootKey = await rootKeyBehind(seal, config, shares);
  if (barrier.isRootKey(rootKey)) return rootKey;
  rootKey.fill(0);
  throw new WrongShares('invalid key');
}

/** The root key that a configuration holds, in use or not: overwrite it after use. @throws {WrongShares} */
export function rootKeyBehind(seal: ShareSeal, config: SharesConfig, shares: readonly Buffer[]): Promise<Buffer> {
  return openShares(seal, config, shares).catch((error: unknown) => {
    throw new WrongShares(isTidelockError(error, 'CORRUPT_RECORD') ? 'invalid key' : reasonOf(error));
  });
}
