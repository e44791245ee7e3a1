import { hash } from 'node:crypto';
import { generateRootKey, type ShareSeal, unwrapKeys, wrapKeys } from '@tidelock/barrier';
import { badRequest, isTidelockError, TidelockError } from '@tidelock/kernel';
import { type ClusterStore, type ReplicatedReader, type ReplicatedWriter, SHARES } from '@tidelock/store';

/** The set's shares, stored as JSON. Replicated: a rekey on the primary reaches every secondary. */
export interface SharesConfig {
  /** Shares needed. */
  readonly t: number;
  /** Shares made. */
  readonly n: number;
  /** Base64 of the root key, wrapped by the seal that made the shares. */
  readonly sealedRootKey: string;
  /** Fingerprint of each share, so that a wrong one is told from the others. Absent in what was stored without them. */
  readonly shareDigests?: readonly string[];
  /** Base64 of the root key before this one, sealed under this one: for a keyring that is a step behind (a copy that was broken off). */
  readonly formerRootKey?: string;
}

/** A configuration, and the shares and the root key that belong to it. */
export interface NewShares {
  readonly config: SharesConfig;
  readonly shares: readonly Buffer[];
  /** Overwrite it after use. */
  readonly rootKey: Buffer;
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

const FORMER = 'former-root-key';

/**
 * A new root key behind new shares. `checkShares` first.
 *
 * @param former the root key that it replaces.
 */
export async function newShares(seal: ShareSeal, n: number, t: number, former?: Buffer): Promise<NewShares> {
  const rootKey = generateRootKey();
  const shares = await seal.newShares(n, t);
  const config = {
    t,
    n,
    sealedRootKey: (await seal.wrap(rootKey, shares)).toString('base64'),
    shareDigests: shares.map(digestOf),
    ...(former && { formerRootKey: wrapKeys(rootKey, former, FORMER).toString('base64') }),
  };
  return { config, shares, rootKey };
}

/**
 * Opens the root key with as many shares as the configuration asks for.
 *
 * @returns the root key: overwrite it after use.
 * @throws what the seal throws.
 */
export const openShares = (
  seal: ShareSeal,
  { sealedRootKey }: SharesConfig,
  shares: readonly Buffer[],
): Promise<Buffer> => seal.unwrap(Buffer.from(sealedRootKey, 'base64'), shares);

/** The root key before this one, where the configuration has it: overwrite it after use. @throws {TidelockError} CORRUPT_RECORD. */
export const formerRootKeyIn = ({ formerRootKey }: SharesConfig, rootKey: Buffer): Buffer | undefined =>
  formerRootKey === undefined ? undefined : unwrapKeys(rootKey, Buffer.from(formerRootKey, 'base64'), FORMER);

/** Whether the share is one of the configuration's; `true` for every share where it has no fingerprints. */
export const isShareOf = ({ shareDigests }: SharesConfig, share: Buffer): boolean =>
  shareDigests?.includes(digestOf(share)) ?? true;

/** A share is 256 random bits: its digest tells nobody what it is. */
const digestOf = (share: Buffer): string =>
  hash('sha256', Buffer.concat([Buffer.from('unseal-share'), share]), 'base64');

/** The configuration; `undefined` before initialisation. Needs no keyring. @throws {TidelockError} CORRUPT_RECORD. */
export async function readSharesConfig(from: Pick<ReplicatedReader, 'getSealed'>): Promise<SharesConfig | undefined> {
  const bytes = await from.getSealed(SHARES);
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8')) as SharesConfig;
  } catch (cause) {
    throw new TidelockError('CORRUPT_RECORD', { cause });
  }
}

/** @throws {TidelockError} NOT_INITIALIZED. */
export async function requireSharesConfig(from: Pick<ReplicatedReader, 'getSealed'>): Promise<SharesConfig> {
  const config = await readSharesConfig(from);
  if (config === undefined) throw new TidelockError('NOT_INITIALIZED');
  return config;
}

export function writeSharesConfig(to: Pick<ReplicatedWriter, 'putSealed'>, config: SharesConfig): void {
  to.putSealed(SHARES, Buffer.from(JSON.stringify(config), 'utf8'));
}

/** The configuration, also while the storage is away: whether a cluster is initialised does not change by that. */
export class LastSharesConfig {
  private last: { readonly config: SharesConfig | undefined } | undefined;

  constructor(private readonly store: Pick<ClusterStore, 'replicated' | 'tenure'>) {}

  /** @throws {TidelockError} CORRUPT_RECORD; STORAGE_UNAVAILABLE when it was never read. */
  async read(): Promise<SharesConfig | undefined> {
    if (this.last !== undefined && this.store.tenure.refusal() !== undefined) return this.last.config;
    try {
      this.last = { config: await readSharesConfig(this.store.replicated) };
    } catch (error) {
      if (this.last === undefined || !isTidelockError(error, 'STORAGE_UNAVAILABLE')) throw error;
    }
    return this.last.config;
  }
}
