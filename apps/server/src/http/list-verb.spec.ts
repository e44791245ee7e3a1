import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { acceptListVerb, LIST_STAND_IN } from './list-verb';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

async function selfSigned(): Promise<{ cert: string; key: string }> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    keys: keys as unknown as x509.X509CertificateCreateSelfSignedParams['keys'],
    signingAlgorithm: ALGORITHM,
  });
  return {
    cert: certificate.toString('pem'),
    key: x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
  };
}

/** Sends each request as soon as the answer to the one before it is there. @returns the answers' first lines. */
async function converse(socket: Socket, requests: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  const answers = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (const request of requests) {
    socket.write(request);
    lines.push(String((await answers.next()).value).split('\r\n')[0] as string);
  }
  socket.destroy();
  return lines;
}

describe.each(['TLS', 'plain'])('the verb LIST over %s', (kind) => {
  let server: ReturnType<typeof createPlainServer> | ReturnType<typeof createServer>;
  const open = async (): Promise<Socket> => {
    const { port } = server.address() as { port: number };
    const socket =
      kind === 'TLS'
        ? connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
        : connectPlain(port, '127.0.0.1');
    await once(socket, kind === 'TLS' ? 'secureConnect' : 'connect');
    return socket.setNoDelay(true);
  };

  beforeAll(async () => {
    server = kind === 'TLS' ? createServer(await selfSigned()) : createPlainServer();
    acceptListVerb(server);
    server.on('request', (request, response) => {
      request.resume();
      response.writeHead(request.method === LIST_STAND_IN ? 200 : 204).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is taken right after an answer without a body on a kept connection', async () => {
    const post = 'POST /v1/z1/b HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n{"a":1}';
    const list = 'LIST /v1/z1 HTTP/1.1\r\nHost: a\r\n\r\n';
    const requests = Array.from({ length: 100 }, () => [post, list]).flat();
    expect(await converse(await open(), requests)).toEqual(
      requests.map((request) => (request === list ? 'HTTP/1.1 200 OK' : 'HTTP/1.1 204 No Content')),
    );
  });

  it('is taken behind a request that still waits for its answer, in a packet of its own', async () => {
    const socket = await open();
    const closed = once(socket, 'close');
    let text = '';
    socket.on('data', (data) => (text += String(data)));
    for (const packet of [
      'GET /v1/a HTTP/1.1\r\nHost: a\r\n\r\n',
      'LIST /v1/b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    ]) {
      await new Promise((resolve) => socket.write(packet, resolve));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await closed;
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 204', 'HTTP/1.1 200']);
  });
});
