const WORDS = 8;

/** Adds a 32-byte number to the one at `offset`, modulo 2^256 (big-endian). */
export function addDigest(sum: Buffer, offset: number, digest: Buffer): void {
  let carry = 0;
  for (let word = WORDS - 1; word >= 0; word -= 1) {
    const at = word * 4;
    const total = sum.readUInt32BE(offset + at) + digest.readUInt32BE(at) + carry;
    sum.writeUInt32BE(total >>> 0, offset + at);
    carry = total > 0xffffffff ? 1 : 0;
  }
}

/** Takes a 32-byte number off the one at `offset`, modulo 2^256. */
export function subtractDigest(sum: Buffer, offset: number, digest: Buffer): void {
  let borrow = 0;
  for (let word = WORDS - 1; word >= 0; word -= 1) {
    const at = word * 4;
    const total = sum.readUInt32BE(offset + at) - digest.readUInt32BE(at) - borrow;
    sum.writeUInt32BE(total >>> 0, offset + at);
    borrow = total < 0 ? 1 : 0;
  }
}
