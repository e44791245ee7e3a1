import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { newBrokerCertificate } from '@tidelock/dev-kafka';
import type { FastifyInstance } from 'fastify';
import { PublicListener } from './public-listener';

const router = {
  routing: (request: { url: string }, response: { end: (text: string) => void }) =>
    response.end(`served ${request.url}`),
} as unknown as FastifyInstance;

describe('a listener with TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-listener-'));
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  let authority: string;
  let listener: PublicListener;
  let port: number;
  const renew = async () => {
    const made = await newBrokerCertificate();
    authority = made.authority;
    writeFileSync(certFile, made.certificate);
    writeFileSync(keyFile, made.privateKey);
    return made;
  };

  beforeAll(async () => {
    await renew();
    listener = new PublicListener(router, { host: '127.0.0.1', port: 0, tls: { certFile, keyFile } });
    ({ port } = await listener.listen());
  });
  afterAll(() => listener.close(100));

  const get = (secure: boolean, body = ''): Promise<string> =>
    new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        path: '/v1/x',
        method: body === '' ? 'GET' : 'POST',
        agent: false as const,
        ...(secure && { ca: authority }),
      };
      const request = (secure ? httpsRequest : httpRequest)(options, (response) => {
        let text = `${response.statusCode} `;
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve(text));
      });
      request.on('error', reject);
      request.end(body);
    });

  it('serves over TLS', async () => {
    expect(await get(true)).toBe('200 served /v1/x');
    expect(await Promise.all([get(true), get(true, 'x'.repeat(100_000))])).toEqual([
      '200 served /v1/x',
      '200 served /v1/x',
    ]);
  });

  it('tells who speaks plain HTTP, also with a body', async () => {
    expect(await get(false)).toBe('400 Client sent an HTTP request to an HTTPS server.\n');
    expect(await get(false, 'x'.repeat(1000))).toBe('400 Client sent an HTTP request to an HTTPS server.\n');
  });

  it('outlives connections that end before they say anything, and nonsense', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from([0, 1, 2, 3]), Buffer.from([0x16])]) {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.on('error', () => undefined);
      socket.end(bytes);
      await once(socket.resume(), 'close');
    }
    expect(await get(true)).toBe('200 served /v1/x');
  });

  it.each([
    ['was told that it speaks plain HTTP', 'GET / HTTP/1.1\r\n\r\n'],
    ['began TLS and went no further', Buffer.from([0x16])],
    ['has said nothing', ''],
  ])('closes although a client that %s keeps its side open', async (_, bytes) => {
    const other = new PublicListener(router, { host: '127.0.0.1', port: 0, tls: { certFile, keyFile } });
    const client = connect({ port: (await other.listen()).port, host: '127.0.0.1', allowHalfOpen: true });
    client.on('error', () => undefined);
    await once(client, 'connect');
    client.write(bytes);
    if (String(bytes).startsWith('GET')) await once(client.resume(), 'end');
    // A call over another connection: what the client has sent has arrived.
    await expect(get(true)).resolves.toContain('served');
    await other.close(50);
    client.destroy();
  });

  it('agrees on the versions and cipher suites that it is told, and on no others', async () => {
    const agreed = async (settings: object, wishes: ConnectionOptions): Promise<string> => {
      const other = new PublicListener(router, { host: '127.0.0.1', port: 0, tls: { certFile, keyFile, ...settings } });
      const socket = connectTls({ port: (await other.listen()).port, host: '127.0.0.1', ca: authority, ...wishes });
      const result = await once(socket, 'secureConnect').then(
        () => `${socket.getProtocol()} ${socket.getCipher().standardName}`,
        () => 'refused',
      );
      socket.destroy();
      await other.close(0);
      return result;
    };
    const ciphers = 'TLS_AES_256_GCM_SHA384:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384';
    expect(await agreed({ maxVersion: 'TLSv1.2' }, {})).toMatch(/^TLSv1\.2 /);
    expect(await agreed({ maxVersion: 'TLSv1.2' }, { minVersion: 'TLSv1.3' })).toBe('refused');
    expect(await agreed({ ciphers }, { maxVersion: 'TLSv1.2' })).toMatch(
      /^TLSv1\.2 TLS_ECDHE_(?:ECDSA|RSA)_WITH_AES_256_GCM_SHA384$/,
    );
    expect(
      await agreed(
        { ciphers },
        { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256' },
      ),
    ).toBe('refused');
    expect(await agreed({ ciphers }, {})).toMatch(/^TLSv1\.3 /);
  });

  it('serves another certificate after a reload, and keeps the former one where the files do not fit together', async () => {
    const former = authority;
    await renew();
    listener.reloadCertificates();
    expect(await get(true)).toBe('200 served /v1/x');
    expect(authority).not.toBe(former);
    const { privateKey } = await newBrokerCertificate();
    writeFileSync(keyFile, privateKey);
    expect(() => listener.reloadCertificates()).toThrow(
      `"tls_key_file" must be the private key of "tls_cert_file" (${certFile}), and ${keyFile} is another's`,
    );
    expect(await get(true)).toBe('200 served /v1/x');
  });

  it('names the key whose address is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const second = new PublicListener(router, { host: '127.0.0.1', port: (taken.address() as AddressInfo).port });
    await expect(second.listen()).rejects.toThrow(/^"address" of listener "tcp": .*EADDRINUSE/);
    taken.close();
  });
});

describe('a listener whose answers may take so long', () => {
  const slow = {
    routing: ({ url }: { url: string }, response: { end: (text: string) => void }) =>
      void (url === '/slow' ? undefined : response.end('served')),
  } as unknown as FastifyInstance;

  it('closes a connection whose answer is not there by then, and no other', async () => {
    const listener = new PublicListener(slow, { host: '127.0.0.1', port: 0, timeLimits: { write: 50 } });
    const { port } = await listener.listen();
    const ask = async (path: string): Promise<unknown> => {
      const [response] = await once(httpRequest({ host: '127.0.0.1', port, path, agent: false }).end(), 'response');
      return response.resume().statusCode;
    };
    expect(await ask('/quick')).toBe(200);
    await expect(ask('/slow')).rejects.toThrow('socket hang up');
    expect(await ask('/quick')).toBe(200);
    await listener.close(100);
  });
});
