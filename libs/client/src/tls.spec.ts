import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { ApiClient } from './api-client';
import type { TlsSettings } from './tls-settings';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

async function selfSigned(name: string, until = Date.now() + 3_600_000): Promise<{ cert: string; key: string }> {
  const crypto = webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0];
  x509.cryptoProvider.set(crypto);
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys: keys as unknown as x509.X509CertificateCreateSelfSignedParams['keys'],
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(until - 7_200_000),
    notAfter: new Date(until),
    extensions: [
      new x509.BasicConstraintsExtension(true),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
    ],
  });
  const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { cert: certificate.toString('pem'), key };
}

describe('ApiClient over TLS', () => {
  let folder: string;
  let server: Server;
  let address: string;
  let ca: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'client-tls-'));
    const { cert, key } = await selfSigned('vault.example');
    ca = cert;
    mkdirSync(join(folder, 'authorities', 'not-a-file'), { recursive: true });
    writeFileSync(join(folder, 'authorities', 'ca.pem'), cert);
    const own = await selfSigned('client.example');
    writeFileSync(join(folder, 'client.pem'), own.cert);
    writeFileSync(join(folder, 'client.key'), own.key);
    server = createServer({ cert, key, requestCert: true, rejectUnauthorized: false }, (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate() ?? {};
      response.end(JSON.stringify({ client: subject?.CN ?? null }));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = `https://127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });

  async function read(tls: TlsSettings): Promise<unknown> {
    const client = new ApiClient({ address, tls, maxRetries: 0 });
    return (await client.read('sys/health')).body;
  }
  const serverName = 'vault.example';

  it('trusts nobody unknown', async () => {
    await expect(read({ serverName })).rejects.toThrow(/self-signed certificate/);
  });

  it('trusts an authority given as text, file or folder', async () => {
    for (const tls of [
      { caBytes: ca },
      { caFile: join(folder, 'authorities', 'ca.pem') },
      { caPath: join(folder, 'authorities') },
    ]) {
      expect(await read({ ...tls, serverName })).toEqual({ client: null });
    }
  });

  it('tells when a certificate has expired', async () => {
    const { cert, key } = await selfSigned('vault.example', Date.parse('2026-01-02T03:04:05Z'));
    const old = createServer({ cert, key }).listen(0, '127.0.0.1');
    await once(old, 'listening');
    const client = new ApiClient({
      address: `https://127.0.0.1:${(old.address() as { port: number }).port}`,
      tls: { caBytes: cert, serverName },
      maxRetries: 5,
    });
    await expect(client.read('sys/health')).rejects.toMatchObject({
      trouble: { kind: 'expired' },
      message: expect.stringContaining('has expired (2026-01-02T03:04:05.000Z)'),
    });
    old.close();
  });

  it('checks the name', async () => {
    await expect(read({ caBytes: ca, serverName: 'other.example' })).rejects.toThrow(/other\.example/);
  });

  it('checks nothing when told so', async () => {
    expect(await read({ skipVerify: true })).toEqual({ client: null });
  });

  it('shows its own certificate', async () => {
    const own = { clientCertFile: join(folder, 'client.pem'), clientKeyFile: join(folder, 'client.key') };
    expect(await read({ caBytes: ca, serverName, ...own })).toEqual({ client: 'client.example' });
  });
});
