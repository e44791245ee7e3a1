import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { newBrokerCertificate } from './broker-certificate';
import { authorityPath, scramArguments, writeCertificates } from './broker-security';
import { serverProperties } from './server-properties';

const USERS = [
  { name: 'admin', password: 'a-1', superUser: true },
  { name: 'us-east', password: 'b-2' },
];

describe('a secured broker', () => {
  it('lets clients in by TLS and SCRAM only, and allows what an ACL allows', () => {
    const lines = serverProperties({
      port: 9,
      controllerPort: 10,
      dataDir: '/d/data',
      secured: { users: USERS, internalPort: 11, dir: '/d' },
    }).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'listeners=SASL_SSL://127.0.0.1:9,INTERNAL://127.0.0.1:11,CONTROLLER://127.0.0.1:10',
        'inter.broker.listener.name=INTERNAL',
        'sasl.enabled.mechanisms=SCRAM-SHA-512',
        'allow.everyone.if.no.acl.found=false',
        'super.users=User:ANONYMOUS;User:admin',
      ]),
    );
    expect(lines.filter((line) => line.startsWith('listeners='))).toHaveLength(1);
    expect(lines.join()).not.toMatch(/a-1|b-2/);
  });

  it('knows its users from the moment it is formatted', () => {
    expect(scramArguments({ users: USERS })).toEqual([
      '--add-scram',
      'SCRAM-SHA-512=[name=admin,password=a-1]',
      '--add-scram',
      'SCRAM-SHA-512=[name=us-east,password=b-2]',
    ]);
  });

  it('shows a certificate of its own authority for 127.0.0.1 and localhost', async () => {
    const { authority, certificate, privateKey } = await newBrokerCertificate();
    const [ca, own] = [new X509Certificate(authority), new X509Certificate(certificate)];
    expect(own.verify(ca.publicKey)).toBe(true);
    expect([own.checkIP('127.0.0.1'), own.checkHost('localhost'), own.checkHost('elsewhere')]).toEqual([
      '127.0.0.1',
      'localhost',
      undefined,
    ]);
    expect(() => createSecureContext({ cert: certificate, key: privateKey, ca: authority })).not.toThrow();
  });

  it('keeps its authority in a file for its clients', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tidelock-kafka-'));
    await writeCertificates(dir);
    expect(existsSync(authorityPath(dir))).toBe(true);
    expect(readFileSync(authorityPath(dir), 'utf8')).not.toContain('PRIVATE');
  });
});
