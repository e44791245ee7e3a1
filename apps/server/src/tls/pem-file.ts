import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

export type PemKind = 'certificates' | 'private key';

const WANTED: Readonly<Record<PemKind, string>> = {
  certificates: 'certificates',
  'private key': 'an unencrypted private key',
};

/**
 * The text of a PEM file that holds what it should.
 *
 * @throws {Error} `must …`, to be put behind the name of the key that names the file.
 */
export function readPem(file: string, kind: PemKind): string {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`must be a readable file: ${(error as Error).message}`);
  }
  try {
    if (kind === 'certificates') certificatesIn(pem);
    else createPrivateKey(pem);
    return pem;
  } catch {
    // What OpenSSL says of it is for people who know OpenSSL.
    throw new Error(`must hold ${WANTED[kind]} in PEM form, and ${file} does not`);
  }
}

/** All certificates of a PEM text, a server's own first. @throws {Error} without any. */
export function certificatesIn(pem: string): [X509Certificate, ...X509Certificate[]] {
  const [own, ...others] = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (own === undefined) throw new Error('no certificate');
  return [new X509Certificate(own), ...others.map((text) => new X509Certificate(text))];
}

export const isKeyOf = (certificate: string, privateKey: string): boolean =>
  certificatesIn(certificate)[0].checkPrivateKey(createPrivateKey(privateKey));
