import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import { TidelockError } from '@tidelock/kernel';

const NONCE_BYTES = 12;
/** One call to the system's generator pays for this many nonces. */
const NONCES = 1024;

/** Random 96-bit nonces, drawn in bulk: a draw of its own would cost as much as sealing half a kilobyte. */
class NoncePool {
  private readonly pool = Buffer.alloc(NONCE_BYTES * NONCES);
  private next = this.pool.length;

  /** Writes a nonce that is never given twice to `target` at `offset`. */
  writeTo(target: Buffer, offset: number): void {
    if (this.next === this.pool.length) {
      randomFillSync(this.pool);
      this.next = 0;
    }
    this.pool.copy(target, offset, this.next, this.next + NONCE_BYTES);
    this.next += NONCE_BYTES;
  }
}

const TAG_BYTES = 16;

const nonces = new NoncePool();

/**
 * AES-256-GCM (NIST SP 800-38D) with a random nonce.
 *
 * @param key    32 bytes.
 * @param header bytes that precede the nonce in the clear; they belong in `aad` too, or they are not authenticated.
 * @returns header, nonce (12), ciphertext, tag (16).
 */
export function aeadSeal(key: Buffer, header: Buffer, plaintext: Buffer, aad: Buffer): Buffer {
  const sealed = Buffer.allocUnsafe(header.length + NONCE_BYTES + plaintext.length + TAG_BYTES);
  header.copy(sealed);
  nonces.writeTo(sealed, header.length);
  const start = header.length + NONCE_BYTES;
  const cipher = createCipheriv('aes-256-gcm', key, sealed.subarray(header.length, start));
  cipher.setAAD(aad);
  cipher.update(plaintext).copy(sealed, start);
  cipher.final();
  cipher.getAuthTag().copy(sealed, start + plaintext.length);
  return sealed;
}

/**
 * Reverses `aeadSeal`.
 *
 * @throws {TidelockError} CORRUPT_RECORD when anything differs from what was sealed, or the key is another.
 */
export function aeadOpen(key: Buffer, headerLength: number, sealed: Buffer, aad: Buffer): Buffer {
  const start = headerLength + NONCE_BYTES;
  const end = sealed.length - TAG_BYTES;
  if (end < start) throw new TidelockError('CORRUPT_RECORD');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(headerLength, start));
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(end));
  const plaintext = decipher.update(sealed.subarray(start, end));
  try {
    decipher.final();
  } catch (cause) {
    plaintext.fill(0);
    throw new TidelockError('CORRUPT_RECORD', { cause });
  }
  return plaintext;
}
