import { randomFillSync } from 'node:crypto';

const NONCE_BYTES = 12;
/** One call to the system's generator pays for this many nonces. */
const NONCES = 1024;

/** Random 96-bit nonces, drawn in bulk: a draw of its own would cost as much as sealing half a kilobyte. */
export class NoncePool {
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
