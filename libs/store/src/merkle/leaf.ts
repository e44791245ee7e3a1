import { hash } from 'node:crypto';

export const DIGEST_BYTES = 32;
export const BUCKETS = 65_536;
export const PAGES = 256;

/** Which of the 65,536 buckets a key belongs to: the first 16 bits of its SHA-256. */
export function bucketOf(key: string): number {
  return Number.parseInt(hash('sha256', key, 'hex').slice(0, 4), 16);
}

/** SHA-256 over key and value as stored, the key's length first so that no two pairs run together. 32 bytes. */
export function leafDigest(key: string, value: Buffer): Buffer {
  const keyBytes = Buffer.from(key, 'utf8');
  const input = Buffer.allocUnsafe(4 + keyBytes.length + value.length);
  input.writeUInt32BE(keyBytes.length, 0);
  keyBytes.copy(input, 4);
  value.copy(input, 4 + keyBytes.length);
  return hash('sha256', input, 'buffer');
}
