import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';

/** Bytes of a public key and of a signature (Ed25519, RFC 8032). */
export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

/** What precedes the 32 bytes of a public key in its DER form (RFC 8410). */
const DER_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** An Ed25519 key pair. Its text form is the private key as PKCS #8 DER, base64: a secret. */
export class SigningKey {
  /** 32 bytes. */
  readonly publicKey: Buffer;
  private readonly key: KeyObject;

  constructor(text: string) {
    this.key = createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });
    this.publicKey = createPublicKey(this.key).export({ format: 'der', type: 'spki' }).subarray(DER_PREFIX.length);
  }

  /** @returns 64 bytes. */
  sign(statement: Buffer): Buffer {
    return sign(null, statement, this.key);
  }
}

export const newSigningKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');

/** Points of small order, by their y coordinate: for these "keys" there are signatures that are good whatever was signed. */
const WEAK = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

/** Making a key object costs half as much as a verification, and the same few keys come again and again. */
const known = new Map<string, KeyObject>();
const MOST_KNOWN = 100;

/** Whether a signature over the statement is good. `false` also for bytes that are no public key, or none that is worth anything. */
export function isSignedBy(publicKey: Buffer, statement: Buffer, signature: Buffer): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  const key = keyObjectOf(publicKey);
  return key !== undefined && verify(null, statement, key, signature);
}

function keyObjectOf(publicKey: Buffer): KeyObject | undefined {
  const name = publicKey.toString('base64');
  const found = known.get(name);
  if (found !== undefined) return found;
  if (isWeak(publicKey)) return undefined;
  const key = createPublicKey({ key: Buffer.concat([DER_PREFIX, publicKey]), format: 'der', type: 'spki' });
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(name, key);
  return key;
}

function isWeak(publicKey: Buffer): boolean {
  const y = Buffer.from(publicKey);
  y.writeUInt8(y.readUInt8(31) & 0x7f, 31);
  return WEAK.has(y.toString('hex'));
}
