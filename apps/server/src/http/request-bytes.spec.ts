import 'reflect-metadata';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type IncomingRequest } from '@tidelock/core/pipeline';
import { isTidelockError, silentLogger, TidelockError } from '@tidelock/kernel';
import { listen, type ListeningEdge } from './edge.testing';

/** What the stub of the pipeline has read, or the code of what it met. */
const taken: string[] = [];
const pipeline = {
  async run({ path, readBytes }: IncomingRequest) {
    const [limit, kept] = path.split('/');
    let bytes = '';
    try {
      for await (const chunk of readBytes?.(Number(limit), kept === 'kept') ?? []) bytes += chunk.toString('hex');
      taken.push(bytes);
    } catch (error) {
      taken.push(isTidelockError(error) ? error.code : String(error));
    }
    return { status: 204, contentType: 'application/json', headers: {} };
  },
};

describe('the bytes of a request at the edge', () => {
  let edge: ListeningEdge;
  beforeAll(async () => {
    edge = await listen({ pipeline, cors: { judge: async () => 'off' }, logger: silentLogger });
  });
  beforeEach(() => void (taken.length = 0));
  afterAll(() => edge.close());
  const post = (path: string, body: Buffer | string, headers: Record<string, string> = {}) =>
    edge.send('POST', `/v1/${path}`, body as string, headers);

  it('are what was sent, of any type', async () => {
    await post('10/kept', Buffer.from([0, 255, 123]), { 'content-type': 'application/json' });
    await post('10/kept', '', {});
    expect(taken).toEqual(['00ff7b', '']);
  });

  it("have the path's limit, and the listener's where they are kept", async () => {
    const chunked = { 'transfer-encoding': 'chunked' };
    for (const headers of [{}, chunked]) {
      await post('10/kept', 'x'.repeat(11), headers);
      await post('Infinity/kept', 'x'.repeat(1001), headers);
      await post('Infinity/streamed', 'x'.repeat(1001), headers);
    }
    expect(taken.map((bytes) => (/^[A-Z]/.test(bytes) ? bytes : bytes.length / 2))).toEqual([
      'REQUEST_TOO_LARGE',
      'REQUEST_TOO_LARGE',
      1001,
      'REQUEST_TOO_LARGE',
      'REQUEST_TOO_LARGE',
      1001,
    ]);
  });

  it('are not unpacked', async () => {
    await post('100/kept', gzipSync('x'), { 'content-encoding': 'gzip' });
    expect(taken).toEqual([new TidelockError('UNSUPPORTED_MEDIA_TYPE').code]);
  });

  it('are no whole body where the client breaks off', async () => {
    const socket = connect(edge.port, '127.0.0.1');
    socket.write('POST /v1/10/streamed HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab');
    await once(socket, 'connect');
    socket.end();
    await once(socket.resume(), 'close');
    while (taken.length === 0) await new Promise(setImmediate);
    expect(taken).toEqual(['INVALID_REQUEST']);
  });
});
