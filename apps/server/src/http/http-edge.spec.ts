import 'reflect-metadata';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { silentLogger } from '@tidelock/kernel';
import { echo, listen, type ListeningEdge } from './edge.testing';

const errors: unknown[] = [];
const logger = { ...silentLogger, error: (_message: string, facts?: object) => void errors.push(facts) };

const cors = { judge: async () => 'off' };

describe('HTTP edge', () => {
  let edge: ListeningEdge;
  beforeAll(async () => {
    edge = await listen({ pipeline: echo, cors, logger });
  });
  afterAll(() => edge.close());
  const send: ListeningEdge['send'] = (...request) => edge.send(...request);

  /** Sends bytes in the given pieces and returns all that comes back until the connection ends. */
  async function raw(...pieces: (string | Buffer)[]): Promise<string> {
    const socket = connect(edge.port, '127.0.0.1');
    socket.setNoDelay(true);
    await once(socket, 'connect');
    for (const piece of pieces) {
      await new Promise((resolve) => socket.write(piece, resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return text;
  }

  it('says what the listener demands a token for', async () => {
    expect((await send('GET', '/v1/sys/rekey/init')).json.tokenDemands).toEqual(['rekey']);
  });

  it('takes the body of a deletion where it names what is cancelled, and nowhere else', async () => {
    for (const path of ['sys/rekey/init', 'sys/generate-root/attempt', 'sys/rotate/root/verify']) {
      expect((await send('DELETE', `/v1/${path}`, '{"nonce":"n"}', { 'content-length': '13' })).json.data).toEqual({
        nonce: 'n',
      });
      expect((await send('DELETE', `/v1/${path}?nonce=n`)).json.data).toEqual({ nonce: 'n' });
    }
    const filter = '/v1/sys/replication/performance/primary/paths-filter/east';
    expect((await send('DELETE', filter, '{"dry_run":true}', { 'content-length': '16' })).json.data).toEqual({
      dry_run: true,
    });
    expect((await send('DELETE', '/v1/secret/a', '{"nonce":"n"}', { 'content-length': '13' })).json.data).toEqual({});
  });

  it('takes the verb LIST, also when a packet ends within it', async () => {
    const rest = '/v1/secret/metadata HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    for (const pieces of [[`LIST ${rest}`], ['L', `IST ${rest}`], ['LIS', 'T ', rest], ['LIST', ` ${rest}`]]) {
      expect(await raw(...pieces)).toContain('"operation":"list","path":"secret/metadata/"');
    }
  });

  it('takes LIST again on a connection that is kept alive, and leaves bodies alone', async () => {
    const post = 'POST /v1/a HTTP/1.1\r\nHost: a\r\nContent-Length: 16\r\n\r\n{"a":"LIST me!"}';
    const list = 'LIST /v1/b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    const socket = connect(edge.port, '127.0.0.1');
    socket.write(post);
    const [first] = await once(socket, 'data');
    expect(String(first)).toContain('{"a":"LIST me!"}');
    socket.write(list);
    const [second] = await once(socket, 'data');
    expect(String(second)).toContain('"path":"b/"');
    socket.destroy();
  });

  it.each(['1', 't', 'T', 'true', 'TRUE', 'True'])('takes ?list=%s for a list', async (value) => {
    expect((await send('GET', `/v1/a?list=${value}`)).json).toMatchObject({ operation: 'list', path: 'a/', data: {} });
  });

  it.each(['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'json', ';', ''])(
    'reads a JSON body sent as "%s"',
    async (type) => {
      const { json } = await send('POST', '/v1/a', '{"b":[1]}', type === '' ? {} : { 'content-type': type });
      expect(json).toMatchObject({ operation: 'update', data: { b: [1] } });
    },
  );

  it('reads a form, and an empty body that is announced as JSON', async () => {
    expect(
      (await send('POST', '/v1/a', 'x=1&x=2&y=z', { 'content-type': 'application/x-www-form-urlencoded' })).json.data,
    ).toEqual({ x: '1,2', y: 'z' });
    expect((await send('PUT', '/v1/a', '', { 'content-type': 'application/json' })).json.data).toEqual({});
  });

  it('keeps numbers to the letter', async () => {
    const { text } = await send('POST', '/v1/a', '{"big":12345678901234567890,"exact":1.50,"exp":1E400}');
    expect(text).toContain('{"big":12345678901234567890,"exact":1.50,"exp":1E400}');
  });

  it('reads a character that comes in two packets, and what is no UTF-8', async () => {
    const [whole, half] = [
      Buffer.from('{"a":"é"}'),
      Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3]), Buffer.from('"}')]),
    ];
    const head = (body: Buffer) =>
      `POST /v1/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
    expect(await raw(head(whole), whole.subarray(0, 7), whole.subarray(7))).toContain('"data":{"a":"é"}');
    expect(await raw(head(half), half)).toContain('"data":{"a":"\ufffd"}');
  });

  it('turns query parameters into data', async () => {
    expect((await send('GET', '/v1/a%2Fb%20c?version=2&x=1&x=2')).json).toMatchObject({
      path: 'a/b c',
      data: { version: '2', x: ['1', '2'] },
    });
  });

  it('keeps the query of a write apart from its body', async () => {
    expect((await send('POST', '/v1/a?dry_run=true', '{"b":1}')).json).toMatchObject({
      data: { b: 1 },
      query: { dry_run: 'true' },
    });
  });

  it('takes the token from either header, X-Vault-Token first', async () => {
    expect((await send('GET', '/v1/a', undefined, { authorization: 'Bearer b' })).json.clientToken).toBe('b');
    expect(
      (await send('GET', '/v1/a', undefined, { 'x-vault-token': 'x', authorization: 'Bearer b' })).json.clientToken,
    ).toBe('x');
  });

  it('takes several X-Vault-Index headers as several states', async () => {
    expect((await send('GET', '/v1/a', undefined, { 'X-Vault-Index': ['one', 'two'] })).json.requiredStates).toEqual([
      'one',
      'two',
    ]);
  });

  it.each([
    ['POST', '/v1/a', '{"b":', 400, 'error parsing JSON'],
    ['POST', '/v1/a', '1.5', 400, 'error parsing JSON: the body must be a JSON object'],
    ['POST', '/v1/a', '[1]', 400, 'error parsing JSON: the body must be a JSON object'],
    ['POST', '/v1/a', `{"b":"${'x'.repeat(2000)}"}`, 413, 'http: request body too large'],
    ['POST', '/v1/a/', '{}', 400, "cannot write to a path ending in '/'"],
    ['GET', '/v1/a%00b', undefined, 400, 'path contains non-printable characters'],
    ['GET', `/v1/${'%C3%A9'.repeat(1025)}`, undefined, 400, 'path is longer than 2048 bytes'],
    ['GET', '/v1/a%zz', undefined, 400, 'path is not properly percent-encoded'],
    ['POST', '/v1/%FFa//b?c=%zz', '{}', 400, 'path is not properly percent-encoded'],
    ['PATCH', '/v1/a', '{}', 415, 'PATCH requires Content-Type of application/merge-patch+json, provided '],
  ])('answers %s %s with %s by %i', async (method, path, body, status, text) => {
    const answer = await send(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({ errors: [text] });
  });

  it('takes verbs that the API does not have for what they are, and has the pipeline refuse them', async () => {
    expect(await send('PROPFIND', '/v1/a')).toMatchObject({ status: 405, json: { errors: [] } });
    expect(await send('GET', '/v1/a?b=%zz')).toMatchObject({ status: 200 });
  });

  it('answers HEAD without a body, and a path outside /v1 with 404', async () => {
    expect(await send('HEAD', '/v1/a')).toMatchObject({ status: 200, text: '' });
    expect(await send('GET', '/nowhere')).toMatchObject({ status: 404, json: { errors: [] } });
  });

  it('refuses namespaces and bad wrapping times', async () => {
    expect(await send('GET', '/v1/a', undefined, { 'x-vault-namespace': 'team/' })).toMatchObject({ status: 403 });
    expect((await send('GET', '/v1/a', undefined, { 'x-vault-wrap-ttl': 'soon' })).json.errors[0]).toMatch(
      /^error parsing X-Vault-Wrap-TTL header: /,
    );
  });

  it('answers a fault of ours with 500 and logs it, without query and body', async () => {
    expect(await send('POST', '/v1/fault?token=hvs.SECRET', '{"a":"hvs.SECRET"}')).toMatchObject({
      status: 500,
      json: { errors: ['internal error'] },
    });
    expect(errors).toEqual([{ method: 'POST', path: '/v1/fault', reason: 'a fault of ours' }]);
  });

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'LIST'])(
    'sends %s on to the clean path, before anything else',
    async (method) => {
      const answer = await raw(
        `${method} /v1/kv1//%2e/x/./y%2F%2Fz/%2E%2e/end?list=true&a=b//c HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nConnection: close\r\n\r\nno { json`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 307 Temporary Redirect\r\n/);
      expect(answer).toContain('\r\nLocation: /v1/kv1/x/y/end?list=true&a=b//c\r\n');
      expect(
        answer.endsWith(
          method === 'GET' ? '<a href="/v1/kv1/x/y/end?list=true&amp;a=b//c">Temporary Redirect</a>.\n\n' : '\r\n\r\n',
        ),
      ).toBe(true);
    },
  );

  it('answers a refused request although most of its body is still to come, and ends the connection', async () => {
    const answer = await raw(
      'POST /v1/denied HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\n\r\n',
      'x'.repeat(100_000),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain('Connection: close');
    expect(answer.endsWith('{"errors":["permission denied"]}')).toBe(true);
  });

  it('keeps the connection of a refused request with a small body', async () => {
    const next = 'GET /v1/after HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    expect(await raw('POST /v1/denied HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{"a":', '1.5}', next)).toContain(
      '"path":"after"',
    );
  });

  it.each([
    ['head', 'GET /v1/a HTTP/1.1\r\nHost: a\r\nX-Slow: '],
    ['body', 'POST /v1/a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{"a":'],
  ])('closes a connection whose %s does not come to its end', async (_, begun) => {
    expect(await raw(begun)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('refuses a body that turns out too large without a length', async () => {
    const chunk = `3e8\r\n${'x'.repeat(1000)}\r\n`;
    expect(await raw(`POST /v1/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`, chunk)).toMatch(
      /^HTTP\/1\.1 413 /,
    );
  });

  it('closes a connection whose head or body trickles in', async () => {
    for (const begun of [
      'GET /v1/a HTTP/1.1\r\nHost: a\r\n',
      'POST /v1/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{"a":"',
    ]) {
      const socket = connect(edge.port, '127.0.0.1');
      // What drips after the answer may be met by a reset: `once` would take that for a failure.
      socket.on('error', () => undefined);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      let text = '';
      socket.on('data', (data: Buffer) => (text += String(data)));
      socket.write(begun);
      const drip = setInterval(() => socket.write('x'), 20);
      await closed;
      clearInterval(drip);
      expect(text).toMatch(/^HTTP\/1\.1 408 /);
    }
  });

  it('reads a body without a length, and one that waits to be asked for', async () => {
    const body = '5\r\n{"a":\r\n4\r\n1.5}\r\n0\r\n\r\n';
    expect(
      await raw(`POST /v1/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${body}`),
    ).toContain('"data":{"a":1.5}');
    expect(
      await raw(
        'POST /v1/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n',
        '{"a":1.5}',
      ),
    ).toMatch(/^HTTP\/1\.1 100 [^]*"data":\{"a":1\.5\}/);
  });

  it.each([
    ['a length that is no number', 'Content-Length: nine\r\n\r\n{"a":1.5}'],
    ['a length and chunks', 'Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n{"a":1.5}'],
    ['two lengths', 'Content-Length: 9\r\nContent-Length: 8\r\n\r\n{"a":1.5}'],
    ['chunks that are none', 'Transfer-Encoding: chunked\r\n\r\n{"a":1.5}'],
    ['another transfer encoding', 'Transfer-Encoding: gzip\r\n\r\n{"a":1.5}'],
  ])('refuses a body with %s', async (_, rest) => {
    expect(await raw(`POST /v1/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${rest}`)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each(['gzip', 'GZIP, identity', 'br', 'deflate'])('says that it does not unpack a body (%s)', async (encoding) => {
    const answer = await send('POST', '/v1/a', gzipSync('{"a":1.5}').toString('latin1'), {
      'content-encoding': encoding,
    });
    expect(answer).toMatchObject({
      status: 415,
      json: { errors: [`a request body with Content-Encoding ${encoding} is not supported`] },
    });
  });

  it('takes a body that says it is not packed', async () => {
    expect((await send('POST', '/v1/a', '{"a":1.5}', { 'content-encoding': 'Identity' })).text).toContain(
      '"data":{"a":1.5}',
    );
  });

  it('knows no form of several parts', async () => {
    const parts = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n';
    expect(await send('POST', '/v1/a', parts, { 'content-type': 'multipart/form-data; boundary=x' })).toMatchObject({
      status: 400,
      json: { errors: ['error parsing JSON'] },
    });
  });

  it('names its content type as Vault does', async () => {
    const { headers } = await send('GET', '/v1/a');
    expect(headers['content-type']).toBe('application/json');
    expect(headers['cache-control']).toBe('no-store');
  });
});

describe('HTTP edge with a web UI', () => {
  const ui = {
    answerTo: ({ url }: { readonly url?: string | undefined }) =>
      url?.startsWith('/v1/')
        ? undefined
        : { status: 200, body: `"the UI at ${url}"`, headers: {}, contentType: 'text/html' },
  };
  let edge: ListeningEdge;
  beforeAll(async () => {
    edge = await listen({ pipeline: echo, cors, logger, ui });
  });
  afterAll(() => edge.close());

  it('has the UI judge the address that was asked for, percent signs and all', async () => {
    expect((await edge.send('GET', '/ui/vault/secrets/a%20b')).text).toBe('"the UI at /ui/vault/secrets/a%20b"');
    expect((await edge.send('GET', '/v1/secret/a%20b')).json).toMatchObject({ path: 'secret/a b' });
  });
});
