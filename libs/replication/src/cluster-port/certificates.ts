import 'reflect-metadata';
import { createHash, webcrypto, X509Certificate } from 'node:crypto';
import { badRequest } from '@tidelock/kernel';

/** A certificate with its private key, both PEM. */
export interface KeyPairPem {
  readonly certificate: string;
  readonly privateKey: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const YEAR = 365 * 24 * 3600 * 1000;
const CLOCK_TOLERANCE = 5 * 60 * 1000;

const peculiar = (): typeof import('@peculiar/x509') => require('@peculiar/x509');

/** The library, told to use Node's cryptography. */
function x509Library(): ReturnType<typeof peculiar> {
  peculiar().cryptoProvider.set(webcrypto as never);
  return peculiar();
}

/** The name that server certificates of a replication set carry; addresses may change, the set does not. */
export const serverNameOf = (setId: string): string => `${setId}.tidelock.internal`;

/** The replication CA of a primary: signs what may speak on the cluster port. Its key never leaves the primary. */
export async function createAuthority(setId: string, now: number): Promise<KeyPairPem> {
  const x509 = x509Library();
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=tidelock replication ${setId}`,
    ...validity(now, 30 * YEAR),
    signingAlgorithm: ALGORITHM,
    keys: keys as never,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  return { certificate: certificate.toString('pem'), privateKey: await privatePem(keys.privateKey) };
}

/** Of one end of the cluster port. `name`: the set's server name, or a secondary's id. */
export interface CertificateSubject {
  readonly name: string;
  readonly usage: 'server' | 'client';
}

/** A certificate with a key pair made for it. */
export async function issueCertificate(
  authority: KeyPairPem,
  subject: CertificateSubject,
  now: number,
): Promise<KeyPairPem> {
  const { publicKey, privateKey } = await newCertificateKeys();
  return { certificate: await certify(authority, subject, publicKey, now), privateKey };
}

/** A key pair for a certificate. `publicKey`: SubjectPublicKeyInfo, DER; `privateKey`: PEM. */
export async function newCertificateKeys(): Promise<{ readonly publicKey: Buffer; readonly privateKey: string }> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  return {
    publicKey: Buffer.from(await webcrypto.subtle.exportKey('spki', keys.publicKey)),
    privateKey: await privatePem(keys.privateKey),
  };
}

/**
 * A certificate, PEM, for a key that somebody else has made.
 *
 * @param publicKey SubjectPublicKeyInfo, DER.
 * @throws {TidelockError} INVALID_REQUEST when it is no P-256 key.
 */
export async function certify(
  authority: KeyPairPem,
  subject: CertificateSubject,
  publicKey: Buffer,
  now: number,
): Promise<string> {
  const x509 = x509Library();
  const issuer = new x509.X509Certificate(authority.certificate);
  const usage = subject.usage === 'server' ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [subject.name] }],
    issuer: issuer.subjectName,
    ...validity(now, YEAR),
    signingAlgorithm: ALGORITHM,
    publicKey: (await publicKeyIn(publicKey)) as never,
    signingKey: (await privateKey(authority.privateKey)) as never,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension([usage], true),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: subject.name }]),
    ],
  });
  return certificate.toString('pem');
}

/** SHA-256 of a certificate's DER, hex: how a primary recognises a secondary's certificate. */
export function fingerprintOf(certificate: string | Buffer): string {
  const der = typeof certificate === 'string' ? new X509Certificate(certificate).raw : certificate;
  return createHash('sha256').update(der).digest('hex');
}

const validity = (now: number, life: number) => ({
  notBefore: new Date(now - CLOCK_TOLERANCE),
  notAfter: new Date(now + life),
});

const serialNumber = (): string => `00${Buffer.from(webcrypto.getRandomValues(new Uint8Array(16))).toString('hex')}`;

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  return x509Library().PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

async function publicKeyIn(spki: Buffer): Promise<webcrypto.CryptoKey> {
  try {
    return await webcrypto.subtle.importKey('spki', spki, ALGORITHM, true, ['verify']);
  } catch {
    throw badRequest('not a public key for a certificate (P-256)');
  }
}

async function privateKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [der] = x509Library().PemConverter.decode(pem);
  return webcrypto.subtle.importKey('pkcs8', der as ArrayBuffer, ALGORITHM, false, ['sign']);
}
