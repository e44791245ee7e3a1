import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { ReplicatedReader, UnitOfWork } from '@tidelock/store';

const jose = (): typeof import('jose') => require('jose');

const KEY = 'core/wrapping-key';
const NOT_BEFORE_SLACK_SECONDS = 5;

/** What a wrapping token in JWT form says; it carries no secret besides the token itself. */
export interface WrappingClaims {
  readonly token: string;
  readonly accessor: string;
  /** API address of this cluster; `""` = unknown. */
  readonly address: string;
  /** ms. */
  readonly issuedAt: number;
  readonly ttlSeconds: number;
}

/**
 * The replication set's wrapping key (P-521), made when first needed.
 * @throws {TidelockError} READ_ONLY_REPLICA on a secondary that has not received one yet.
 */
export async function wrappingKey(unit: UnitOfWork): Promise<KeyObject> {
  const stored = await storedKey(unit.replicated);
  if (stored !== undefined) return stored;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-521' });
  unit.replicated.put(KEY, Buffer.from(JSON.stringify(privateKey.export({ format: 'jwk' })), 'utf8'));
  return privateKey;
}

async function storedKey(replicated: Pick<ReplicatedReader, 'get'>): Promise<KeyObject | undefined> {
  const stored = await replicated.get(KEY);
  return stored && createPrivateKey({ key: JSON.parse(stored.toString('utf8')) as JsonWebKey, format: 'jwk' });
}

/** The token as a JWT signed with ES512: `jti` is the token, `addr` where to unwrap it. */
export function signWrappingToken(
  key: KeyObject,
  claims: WrappingClaims,
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const issuedAt = Math.floor(claims.issuedAt / 1000);
  const { SignJWT } = jose();
  return new SignJWT({
    ...more,
    accessor: claims.accessor,
    addr: claims.address,
    exp: issuedAt + claims.ttlSeconds,
    iat: issuedAt,
    jti: claims.token,
    nbf: issuedAt - NOT_BEFORE_SLACK_SECONDS,
    type: 'wrapping',
  })
    .setProtectedHeader({ alg: 'ES512', typ: 'JWT' })
    .sign(key);
}

/**
 * The token inside, where the client sent the JWT form; otherwise what was sent.
 *
 * @returns `undefined` for a JWT that this cluster's key did not sign, whatever it holds.
 */
export async function plainToken(
  replicated: Pick<ReplicatedReader, 'get'>,
  presented: string,
): Promise<string | undefined> {
  if (!presented.startsWith('eyJ')) return presented;
  const key = await storedKey(replicated);
  if (key === undefined) return undefined;
  const { compactVerify } = jose();
  try {
    const { protectedHeader, payload } = await compactVerify(presented, createPublicKey(key), {
      algorithms: ['ES512'],
    });
    const { jti, type } = JSON.parse(Buffer.from(payload).toString('utf8')) as { jti?: string; type?: string };
    return protectedHeader.typ === 'JWT' && type === 'wrapping' ? jti : undefined;
  } catch {
    return undefined;
  }
}

/** The key's public point: coordinates as decimal text. */
export function publicPoint(key: KeyObject): { x: string; y: string; curve: string } {
  const { x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' });
  return { x: decimal(x), y: decimal(y), curve: 'P-521' };
}

const decimal = (base64url: string): string =>
  BigInt(`0x${Buffer.from(base64url, 'base64url').toString('hex') || '0'}`).toString();
