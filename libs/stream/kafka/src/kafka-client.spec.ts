import { silentLogger } from '@tidelock/kernel';
import { X509CertificateGenerator } from '@peculiar/x509';
import { webcrypto } from 'node:crypto';
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

  async function certificateOf(name: string): Promise<string> {
    const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
    const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' } as never;
    return (await X509CertificateGenerator.createSelfSigned({ name, keys: keys as never, signingAlgorithm })).toString(
      'pem',
    );
  }

  it('is the SASL user before all else, and none for who shows nothing', async () => {
    const certificate = await certificateOf('CN=set-1');
    expect(principalOf({ sasl, tls: { cert: certificate } })).toBe('User:us-east');
    expect(principalOf({ tls: { ca: certificate } })).toBeUndefined();
  });

  it("is a certificate's distinguished name as Kafka writes it", async () => {
    const cert = await certificateOf('C=DE, O=Tide\\, Inc., CN=us-east');
    expect(principalOf({ tls: { cert } })).toBe('User:CN=us-east,O=Tide\\, Inc.,C=DE');
  });
});
