import { decodeToken, encodeToken, type TokenEntry, WRAPPING_POLICY } from './token-entry';

export const BATCH_PREFIX = 'hvb.';
const ASSOCIATED_DATA = 'batch-token';

/** Authenticated encryption; on which clusters a token opens is decided by who has the key. */
export interface TokenSealer {
  encrypt(plaintext: Buffer, aad: string): Buffer;
  /** @throws when the text was not sealed under a key that is known here, for the same purpose. */
  decrypt(sealed: Buffer, aad: string): Buffer;
}

/** A batch token is its own sealed entry: nothing is stored, so an orphan one is good on every cluster that has the key. */
export function sealBatchToken(entry: TokenEntry, sealer: TokenSealer): string {
  const { parent, path, expiresAt } = entry;
  const head = Buffer.from(`${JSON.stringify([parent, path, expiresAt])}\n`, 'utf8');
  const sealed = sealer.encrypt(Buffer.concat([head, encodeToken(entry)]), ASSOCIATED_DATA);
  return BATCH_PREFIX + sealed.toString('base64url');
}

/**
 * @returns the entry inside, or `undefined` when the token is forged, garbled or another set's; also when it is more than a
 *   login could have given: whoever holds the keys could seal anything, and nothing stored would tell.
 */
export function openBatchToken(clientToken: string, id: string, sealer: TokenSealer): TokenEntry | undefined {
  try {
    const plaintext = sealer.decrypt(Buffer.from(clientToken.slice(BATCH_PREFIX.length), 'base64url'), ASSOCIATED_DATA);
    const end = plaintext.indexOf('\n');
    const [parent, path, expiresAt] = JSON.parse(plaintext.subarray(0, end).toString('utf8')) as [
      string | null,
      string,
      number,
    ];
    const entry = decodeToken({ id, accessor: '', parent, path, expiresAt }, plaintext.subarray(end + 1));
    return isGrantable(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
}

const RESERVED: ReadonlySet<string> = new Set(['root', WRAPPING_POLICY]);

const isGrantable = ({ type, policies, expiresAt }: TokenEntry): boolean =>
  type === 'batch' && Number.isFinite(expiresAt) && Array.isArray(policies) && policies.every(mayBeGranted);

const mayBeGranted = (policy: unknown): boolean => typeof policy === 'string' && !RESERVED.has(policy);
