import type { JWK } from 'jose';
import { badRequest } from '@tidelock/kernel';

const jose = (): typeof import('jose') => require('jose');

const ALGORITHM = 'ECDH-ES+A256KW';
const ENCRYPTION = 'A256GCM';

/** A key pair (P-256) that others encrypt to; both halves as JWK, the private one behind the barrier. */
export interface RecipientKeyPair {
  readonly publicKey: JWK;
  readonly privateKey: JWK;
}

export async function newRecipientKeyPair(): Promise<RecipientKeyPair> {
  const { exportJWK, generateKeyPair } = jose();
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { crv: 'P-256', extractable: true });
  return { publicKey: await exportJWK(publicKey), privateKey: await exportJWK(privateKey) };
}

/** @returns a compact JWE of the value as JSON. */
export async function encryptTo(publicKey: JWK, value: unknown): Promise<string> {
  const { CompactEncrypt, importJWK } = jose();
  return new CompactEncrypt(Buffer.from(JSON.stringify(value)))
    .setProtectedHeader({ alg: ALGORITHM, enc: ENCRYPTION })
    .encrypt(await importJWK(publicKey, ALGORITHM));
}

/** @throws when the JWE is for another key, or was changed. */
export async function decryptWith<T>(privateKey: JWK, jwe: string): Promise<T> {
  const { compactDecrypt, importJWK } = jose();
  const { plaintext } = await compactDecrypt(jwe, await importJWK(privateKey, ALGORITHM), {
    keyManagementAlgorithms: [ALGORITHM],
    contentEncryptionAlgorithms: [ENCRYPTION],
  });
  return JSON.parse(Buffer.from(plaintext).toString('utf8')) as T;
}

/**
 * The public half of a key pair as above, and nothing besides.
 *
 * @throws {TidelockError} INVALID_REQUEST for anything else.
 */
export async function recipientKeyIn(value: unknown): Promise<JWK> {
  const { kty, crv, x, y, d } = (value ?? {}) as JWK;
  const { importJWK } = jose();
  const known: JWK = { kty, crv, x, y } as JWK;
  try {
    if (kty === 'EC' && crv === 'P-256' && d === undefined && (await importJWK(known, ALGORITHM))) return known;
  } catch {
    // Not a point of the curve: refused below.
  }
  throw badRequest('not a public key that a secondary made (P-256)');
}
