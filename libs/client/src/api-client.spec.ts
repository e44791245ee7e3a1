import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { stringifyJson } from '@tidelock/kernel';
import { ApiClient, type ClientOptions } from './api-client';
import { ApiError, ConnectionError } from './api-error';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly port: number;
}

describe('ApiClient', () => {
  let server: Server;
  let address: string;
  let seen: Seen[];
  let answer: (response: ServerResponse, attempt: number) => void;

  beforeEach(async () => {
    seen = [];
    answer = (response) => response.end('{}');
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        seen.push({
          method,
          url,
          headers,
          body: Buffer.concat(chunks).toString(),
          port: request.socket.remotePort ?? 0,
        });
        answer(response, seen.length);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  function client(options: Partial<ClientOptions> = {}): ApiClient {
    return new ApiClient({ address, retryDelayMs: () => 0, ...options });
  }
  const status =
    (...codes: number[]) =>
    (response: ServerResponse, attempt: number) =>
      void response.writeHead(codes[Math.min(attempt, codes.length) - 1] as number).end('{"errors":["e"]}');

  it('sends token, namespace, wrap time and its own headers', async () => {
    await client({ token: 't', namespace: 'n', headers: { 'x-extra': 'e' } }).request('GET', 'sys/health', {
      wrapTtl: '5m',
    });
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/v1/sys/health' });
    expect(seen[0]?.headers).toMatchObject({
      'x-vault-token': 't',
      'x-vault-namespace': 'n',
      'x-vault-wrap-ttl': '5m',
      'x-vault-request': 'true',
      'x-extra': 'e',
    });
  });

  it('sends no token when it has none', async () => {
    await client().read('sys/health');
    expect(seen[0]?.headers).not.toHaveProperty('x-vault-token');
  });

  it('lists with GET, and repeats query values', async () => {
    await client().request('LIST', 'secret/');
    await client().read('a', { version: '2', of: ['x', 'y'] });
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /v1/secret/?list=true',
      'GET /v1/a?version=2&of=x&of=y',
    ]);
  });

  it('escapes what is no path in a name, and never lets a path wander', async () => {
    await client().read('/secret/a b?c#d%/é');
    expect(seen[0]?.url).toBe('/v1/secret/a%20b%3Fc%23d%25/%C3%A9');
    await expect(client().read('secret/../sys/raw')).rejects.toThrow('path cannot contain parent references');
  });

  it('keeps every number as it is, out and in', async () => {
    answer = (response) => response.end('{"data":{"n":12345678901234567890,"f":1.50}}');
    const { body } = await client().write('secret/a', '{"n":12345678901234567890}');
    expect(seen[0]?.body).toBe('{"n":12345678901234567890}');
    expect(stringifyJson(body)).toBe('{"data":{"n":12345678901234567890,"f":1.50}}');
  });

  it('has no body for 204, and keeps a text that is not JSON', async () => {
    answer = (response) => void response.writeHead(204).end();
    expect(await client().request('DELETE', 'secret/a')).toMatchObject({ status: 204, body: undefined, text: '' });
    answer = (response) => response.end('# metrics');
    expect(await client().read('sys/metrics')).toMatchObject({ body: undefined, text: '# metrics' });
  });

  it("throws the server's texts with their status, once for a 4xx", async () => {
    answer = (response) => void response.writeHead(403).end('{"errors":["permission denied"]}');
    const error = await client()
      .read('secret/a')
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 403,
      errors: ['permission denied'],
      method: 'GET',
      url: `${address}/v1/secret/a`,
    });
    expect(seen).toHaveLength(1);
  });

  it('names a plain-text error as it came', async () => {
    answer = (response) => void response.writeHead(400).end('not for machines\n');
    await expect(client().read('x')).rejects.toMatchObject({ errors: ['not for machines'] });
  });

  it('hands every status to who asks for it', async () => {
    answer = status(404);
    expect(await client().send('GET', 'x')).toMatchObject({ status: 404, body: { errors: ['e'] } });
  });

  it.each([412, 500, 503])('tries a %i again, with the same body', async (code) => {
    answer = status(code, code, 200);
    await client().write('secret/a', { a: 1 });
    expect(seen.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}', '{"a":1}']);
  });

  it('gives up after the retries it was given', async () => {
    answer = status(503);
    await expect(client().read('x')).rejects.toMatchObject({ status: 503 });
    expect(seen).toHaveLength(3);
    await expect(client({ maxRetries: 0 }).read('x')).rejects.toMatchObject({ status: 503 });
    expect(seen).toHaveLength(4);
  });

  it('does not try a 501 again', async () => {
    answer = status(501);
    await expect(client().read('x')).rejects.toMatchObject({ status: 501 });
    expect(seen).toHaveLength(1);
  });

  it('tries a cut connection again, and says at last what went wrong', async () => {
    answer = (response, attempt) => (attempt === 1 ? response.destroy() : response.end('{}'));
    expect(await client().read('x')).toMatchObject({ status: 200 });
    answer = (response) => response.destroy();
    const error = await client({ maxRetries: 1 })
      .read('x')
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ConnectionError);
    expect((error as Error).message).toContain(`GET ${address}/v1/x: `);
  });

  it('does not wait for ever', async () => {
    answer = () => {};
    await expect(client({ timeoutMs: 30, maxRetries: 0 }).read('x')).rejects.toThrow('no answer within 0.03 s');
  });

  it('keeps its connection', async () => {
    const one = client();
    await one.read('a');
    await one.read('b');
    expect(seen[0]?.port).toBe(seen[1]?.port);
  });

  it('follows one redirect with method, body and token', async () => {
    answer = (response, attempt) =>
      void (attempt === 1
        ? response.writeHead(307, { location: `${address}/v1/active` }).end()
        : response.end('{"ok":true}'));
    expect((await client({ token: 't' }).write('standby', { a: 1 })).body).toEqual({ ok: true });
    expect(seen[1]).toMatchObject({
      method: 'PUT',
      url: '/v1/active',
      body: '{"a":1}',
      headers: { 'x-vault-token': 't' },
    });
  });

  it('keeps a path in the address', async () => {
    await client({ address: `${address}/vault/` }).read('sys/health');
    expect(seen[0]?.url).toBe('/vault/v1/sys/health');
  });

  it.each(['127.0.0.1:8200', 'ftp://x', ''])('refuses the address %j', (bad) => {
    expect(() => new ApiClient({ address: bad })).toThrow('expected http://host:port');
  });
});
