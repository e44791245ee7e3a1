import { badRequest } from '@tidelock/kernel';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Base64 without padding of token XOR password, which have the same length in bytes. */
export function encodeWithOtp(token: string, otp: string): string {
  return xor(Buffer.from(token), Buffer.from(otp)).toString('base64').replace(/=+$/, '');
}

/** Reverses `encodeWithOtp`. @throws {TidelockError} INVALID_REQUEST. */
export function decodeWithOtp(encoded: string, otp: string): string {
  if (!BASE64.test(encoded)) throw badRequest('failed to decode base64 string');
  return xor(Buffer.from(encoded, 'base64'), Buffer.from(otp)).toString('utf8');
}

function xor(a: Buffer, b: Buffer): Buffer {
  if (a.length !== b.length) throw badRequest(`length of byte slices is not equivalent: ${a.length} != ${b.length}`);
  return Buffer.from(a.map((byte, i) => byte ^ (b[i] as number)));
}
