import { hash } from 'node:crypto';
import { combine, split } from 'shamir-secret-sharing';
import { generateRootKey, unwrapKeys, wrapKeys } from '@tidelock/barrier';
import { badRequest } from '@tidelock/kernel';

const PURPOSE = 'root-key';

/** The record `seal-config`, stored as JSON. Replicated: a rekey on the primary reaches every secondary. */
export interface SealConfig {
  readonly type: 'shamir';
  /** Shares needed. */
  readonly t: number;
  /** Shares made. */
  readonly n: number;
  /** Base64 of the root key, sealed under the unseal key that the shares make up. */
  readonly sealedRootKey: string;
  /** Fingerprint of each share, so that a wrong one is told from the others. Absent in what was stored without them. */
  readonly shareDigests?: readonly string[];
  /** Base64 of the root key before this one, sealed under this one: for a keyring that is a step behind (a copy that was broken off). */
  readonly formerRootKey?: string;
}

/** A seal configuration and the shares that open it. Nobody keeps the shares but their holders. */
export interface NewSeal {
  readonly config: SealConfig;
  /** 33 bytes each (32 y bytes and one x byte, Vault's format); 32 where there is only one. */
  readonly shares: readonly Buffer[];
}

/**
 * Checks how many shares to make and how many to ask for.
 *
 * @param what `seal configuration`, `rekey seal configuration`: for the error's text.
 * @throws {TidelockError} INVALID_REQUEST with Vault's texts.
 */
export function checkShares(n: number, t: number, what = 'seal configuration'): void {
  const problem = problemWithShares(n, t);
  if (problem !== undefined) throw badRequest(`invalid ${what}: ${problem}`);
}

function problemWithShares(n: number, t: number): string | undefined {
  if (n < 1) return 'shares must be at least one';
  if (t < 1) return 'threshold must be at least one';
  if (n > 1 && t === 1) return 'threshold must be greater than one for multiple shares';
  if (n > 255) return 'shares must be less than 256';
  return t > n ? 'threshold cannot be larger than shares' : undefined;
}

/** Puts the root key behind a new unseal key, and that in shares. `checkShares` first. */
export async function newShamirSeal(rootKey: Buffer, n: number, t: number): Promise<NewSeal> {
  const unsealKey = generateRootKey();
  const shares = n === 1 ? [Buffer.from(unsealKey)] : (await split(new Uint8Array(unsealKey), n, t)).map(asBuffer);
  const sealedRootKey = wrapKeys(unsealKey, rootKey, PURPOSE).toString('base64');
  unsealKey.fill(0);
  return { config: { type: 'shamir', t, n, sealedRootKey, shareDigests: shares.map(digestOf) }, shares };
}

const FORMER = 'former-root-key';

/** @returns the configuration with the root key that a rekey has replaced. */
export const withFormerRootKey = (config: SealConfig, rootKey: Buffer, former: Buffer): SealConfig => ({
  ...config,
  formerRootKey: wrapKeys(rootKey, former, FORMER).toString('base64'),
});

/** The root key before this one, where the configuration has it: overwrite it after use. @throws {TidelockError} CORRUPT_RECORD. */
export const formerRootKeyIn = ({ formerRootKey }: SealConfig, rootKey: Buffer): Buffer | undefined =>
  formerRootKey === undefined ? undefined : unwrapKeys(rootKey, Buffer.from(formerRootKey, 'base64'), FORMER);

/** Whether the share is one of the configuration's; `true` for every share where it has no fingerprints. */
export const isShareOf = ({ shareDigests }: SealConfig, share: Buffer): boolean =>
  shareDigests?.includes(digestOf(share)) ?? true;

/** A share is 256 random bits: its digest tells nobody what it is. */
const digestOf = (share: Buffer): string =>
  hash('sha256', Buffer.concat([Buffer.from('unseal-share'), share]), 'base64');

/**
 * Opens the root key with as many shares as the configuration asks for.
 *
 * @returns the root key, 32 bytes: overwrite it after use.
 * @throws {TidelockError} CORRUPT_RECORD when the shares do not open it, or an Error when they do not fit together.
 */
export async function openShamirSeal(config: SealConfig, shares: readonly Buffer[]): Promise<Buffer> {
  const unsealKey =
    config.t === 1
      ? Buffer.from(shares[0] ?? [])
      : asBuffer(await combine(shares.map((share) => new Uint8Array(share))));
  try {
    return unwrapKeys(unsealKey, Buffer.from(config.sealedRootKey, 'base64'), PURPOSE);
  } finally {
    unsealKey.fill(0);
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
