import type { Barrier } from '@tidelock/barrier';
import { openShamirSeal, type SealConfig } from '@tidelock/seals/shamir';
import { isTidelockError, reasonOf, TidelockError } from '@tidelock/kernel';

/** The shares do not make up the key they should. */
export class WrongShares extends Error {}

/**
 * Proves that the shares are those of the root key in use.
 *
 * @returns the root key: overwrite it after use.
 * @throws {WrongShares}
 * @throws {TidelockError} SEALED.
 */
export async function provenRootKey(barrier: Barrier, config: SealConfig, shares: readonly Buffer[]): Promise<Buffer> {
  if (barrier.sealed) throw new TidelockError('SEALED');
  const rootKey = await rootKeyBehind(config, shares);
  if (barrier.isRootKey(rootKey)) return rootKey;
  rootKey.fill(0);
  throw new WrongShares('invalid key');
}

/** The root key that a configuration holds, in use or not: overwrite it after use. @throws {WrongShares} */
export function rootKeyBehind(config: SealConfig, shares: readonly Buffer[]): Promise<Buffer> {
  return openShamirSeal(config, shares).catch((error: unknown) => {
    throw new WrongShares(isTidelockError(error, 'CORRUPT_RECORD') ? 'invalid key' : reasonOf(error));
  });
}
