import { webcrypto } from 'node:crypto';

/** PEM texts of a certificate authority made for one broker, and of what it signed. */
export interface BrokerCertificate {
  readonly authority: string;
  readonly certificate: string;
  /** PKCS #8, as Kafka wants it in a PEM keystore. */
  readonly privateKey: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 24 * 3600 * 1000;

const reflection = (): typeof import('reflect-metadata') => require('reflect-metadata');
const peculiar = (): typeof import('@peculiar/x509') => require('@peculiar/x509');

/** A server certificate for `127.0.0.1` and `localhost`, valid for a month, by an authority whose key is forgotten at once. */
export async function newBrokerCertificate(now = Date.now()): Promise<BrokerCertificate> {
  // The library's own parts are put together with it.
  reflection();
  const x509 = peculiar();
  x509.cryptoProvider.set(webcrypto as never);
  const [authorityKeys, keys] = [await newKeys(), await newKeys()];
  const validity = {
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + 30 * DAY_MS),
    signingAlgorithm: ALGORITHM,
  };
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=tidelock development Kafka',
    ...validity,
    keys: authorityKeys as never,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '02',
    subject: 'CN=localhost',
    issuer: authority.subjectName,
    ...validity,
    publicKey: keys.publicKey as never,
    signingKey: authorityKeys.privateKey as never,
    extensions: [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        { type: 'dns', value: 'localhost' },
      ]),
    ],
  });
  const privateKey = x509.PemConverter.encode(
    await webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
    'PRIVATE KEY',
  );
  return { authority: authority.toString('pem'), certificate: certificate.toString('pem'), privateKey };
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
