import { silentLogger } from '@tidelock/kernel';
import { X509CertificateGenerator } from '@peculiar/x509';
import { webcrypto } from 'node:crypto';
import { createAuthority } from '../../cluster-port/certificates';
import { kafkaConfig } from './kafka-client';
import { principalOf } from './kafka-principal';

const PLACE = { brokers: ['a:1', 'b:2'], topicPrefix: 't' };
const configOf = (access: object) => kafkaConfig({ ...PLACE, ...access }, silentLogger);

describe('a client of the broker', () => {
  it('speaks in the clear, as nobody, when told nothing', () => {
    const config = configOf({});
    expect(config.brokers).toEqual(['a:1', 'b:2']);
    expect(config).not.toHaveProperty('ssl');
    expect(config).not.toHaveProperty('sasl');
  });

  it("checks the broker's certificate unless told not to", () => {
    expect(configOf({ tls: {} }).ssl).toEqual({ rejectUnauthorized: true });
    expect(configOf({ tls: { ca: 'CA', serverName: 'kafka.internal' } }).ssl).toEqual({
      rejectUnauthorized: true,
      ca: ['CA'],
      servername: 'kafka.internal',
    });
    expect(configOf({ tls: { insecure: true } }).ssl).toEqual({ rejectUnauthorized: false });
  });

  it('shows a certificate of its own for mutual TLS', () => {
    expect(configOf({ tls: { ca: 'CA', cert: 'CERT', key: 'KEY' } }).ssl).toEqual({
      rejectUnauthorized: true,
      ca: ['CA'],
      cert: 'CERT',
      key: 'KEY',
    });
  });

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('gives its password by %s', (mechanism) => {
    const sasl = { mechanism, username: 'u', password: 'p' };
    expect(configOf({ tls: {}, sasl }).sasl).toEqual(sasl);
  });
});

describe('the name at the broker', () => {
  const sasl = { mechanism: 'plain', username: 'us-east', password: 'p' } as const;

  it('is the SASL user before all else, and none for who shows nothing', async () => {
    const { certificate } = await createAuthority('set-1', Date.now());
    expect(principalOf({ sasl, tls: { cert: certificate } })).toBe('User:us-east');
    expect(principalOf({ tls: { ca: certificate } })).toBeUndefined();
  });

  it("is a certificate's distinguished name as Kafka writes it", async () => {
    const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: 'C=DE, O=Tide\\, Inc., CN=us-east',
      keys: keys as never,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' } as never,
    });
    expect(principalOf({ tls: { cert: certificate.toString('pem') } })).toBe('User:CN=us-east,O=Tide\\, Inc.,C=DE');
  });
});
