import { combine, split } from 'shamir-secret-sharing';
import { generateRootKey, type ShareSeal, unwrapKeys, wrapKeys } from '@tidelock/barrier';

const PURPOSE = 'root-key';

/**
 * Shamir's secret sharing of an unseal key, which wraps the root key with AES-256-GCM.
 *
 * Shares are 33 bytes each (32 y bytes and one x byte, Vault's format). A sole share is the unseal key itself, 32 bytes.
 */
export const shamirSeal: ShareSeal = {
  type: 'shamir',
  recoverable: false,
  async newShares(n, t) {
    const unsealKey = generateRootKey();
    if (n === 1) return [unsealKey];
    const shares = (await split(new Uint8Array(unsealKey), n, t)).map(asBuffer);
    unsealKey.fill(0);
    return shares;
  },
  wrap: (rootKey, shares) => withUnsealKey(shares, (unsealKey) => wrapKeys(unsealKey, rootKey, PURPOSE)),
  unwrap: (wrapped, shares) => withUnsealKey(shares, (unsealKey) => unwrapKeys(unsealKey, wrapped, PURPOSE)),
};

async function withUnsealKey(shares: readonly Buffer[] = [], use: (unsealKey: Buffer) => Buffer): Promise<Buffer> {
  const unsealKey =
    shares.length > 1
      ? asBuffer(await combine(shares.map((share) => new Uint8Array(share))))
      : Buffer.from(shares[0] ?? []);
  try {
    return use(unsealKey);
  } finally {
    unsealKey.fill(0);
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
