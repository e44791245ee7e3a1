import { randomBytes, randomUUID } from 'node:crypto';

const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A random UUID (version 4), for requests, mounts and clusters. */
export const newUuid = (): string => randomUUID();

/** `length` characters of base 62, uniformly drawn: 24 characters carry 142 bits. */
export function randomBase62(length: number): string {
  let out = '';
  while (out.length < length) {
    // 248 = 4 * 62: bytes at or above it would favour the alphabet's beginning.
    for (const byte of randomBytes(length * 2)) {
      if (byte < 248 && out.length < length) out += BASE62[byte % 62];
    }
  }
  return out;
}

/** A mount's public handle: `<type>_<8 hex>`. */
export const newAccessor = (type: string): string => `${type}_${randomBytes(4).toString('hex')}`;
