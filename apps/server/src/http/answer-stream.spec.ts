import 'reflect-metadata';
import { EventEmitter, once } from 'node:events';
import { type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import type { Answer } from '@tidelock/core/pipeline';
import { silentLogger, TidelockError } from '@tidelock/kernel';
import { writeAnswer } from './answer-writer';
import { listen, type ListeningEdge } from './edge.testing';

const errors: unknown[] = [];
const logger = { ...silentLogger, error: (_message: string, facts?: object) => void errors.push(facts) };

/** A stream whose chunks a test gives one by one; `calls` tells what was asked of it. */
class GivenStream implements AsyncIterable<Buffer> {
  readonly calls: string[] = [];
  private waiting: ((step: IteratorResult<Buffer>) => void) | undefined;
  private returned: () => void = () => undefined;
  readonly ended = new Promise<void>((resolve) => (this.returned = resolve));

  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    this.calls.push('begin');
    return {
      next: () => {
        this.calls.push('next');
        return new Promise((resolve) => (this.waiting = resolve));
      },
      return: async () => {
        this.calls.push('return');
        this.waiting?.({ done: true, value: undefined });
        this.returned();
        return { done: true, value: undefined };
      },
    };
  }

  give(chunk: string): void {
    this.waiting?.({ done: false, value: Buffer.from(chunk) });
  }
}

describe('a streamed answer', () => {
  let edge: ListeningEdge;
  let body: AsyncIterable<Buffer>;
  const answer = (): Answer => ({ status: 200, body, contentType: 'text/plain', headers: { 'X-Own': '1' } });
  beforeAll(async () => {
    edge = await listen({ pipeline: { run: async () => answer() }, cors: { judge: async () => 'off' }, logger });
  });
  beforeEach(() => void (errors.length = 0));
  afterAll(() => edge.close());

  async function response(): Promise<IncomingMessage> {
    const request = httpRequest({ host: '127.0.0.1', port: edge.port, path: '/v1/a' });
    request.on('error', () => undefined);
    request.end();
    const [message] = (await once(request, 'response')) as [IncomingMessage];
    return message;
  }

  it('has the chunks as its body, and no length', async () => {
    body = (async function* () {
      yield Buffer.from('a');
      yield Buffer.from('');
      yield Buffer.from('b');
    })();
    const message = await response();
    expect(message.headers).toMatchObject({ 'content-type': 'text/plain', 'x-own': '1', 'cache-control': 'no-store' });
    expect(message.headers['content-length']).toBeUndefined();
    let text = '';
    for await (const chunk of message) text += String(chunk);
    expect([text, message.complete]).toEqual(['ab', true]);
  });

  it('is not begun for a HEAD request', async () => {
    const stream = new GivenStream();
    body = stream;
    const request = httpRequest({ host: '127.0.0.1', port: edge.port, path: '/v1/a', method: 'HEAD' }).end();
    const [{ statusCode }] = await once(request, 'response');
    expect([statusCode, stream.calls]).toEqual([200, []]);
  });

  it('ends with its client, also while it waits for what comes next', async () => {
    const stream = new GivenStream();
    body = stream;
    const coming = response();
    while (!stream.calls.includes('next')) await new Promise(setImmediate);
    stream.give('a');
    const message = await coming;
    message.on('error', () => undefined);
    await once(message, 'data');
    expect(stream.calls).toEqual(['begin', 'next', 'next']);
    message.destroy();
    await stream.ended;
    expect(stream.calls).toEqual(['begin', 'next', 'next', 'return']);
    expect(errors).toEqual([]);
  });

  it('is an error where it fails before its first chunk', async () => {
    body = (async function* (): AsyncGenerator<Buffer> {
      throw new TidelockError('SEALED');
    })();
    const message = await response();
    expect([message.statusCode, message.headers['x-own']]).toEqual([503, undefined]);
    expect(errors).toHaveLength(1);
    message.resume();
  });

  it('is cut, and no whole answer, where it fails later', async () => {
    let arrived = (): void => undefined;
    const half = new Promise<void>((resolve) => (arrived = resolve));
    body = (async function* () {
      yield Buffer.from('half');
      await half;
      throw new Error('the disk is gone');
    })();
    const message = await response();
    message.once('data', arrived);
    const [error] = await once(message, 'error');
    expect([error.code, message.complete]).toEqual(['ECONNRESET', false]);
    expect(errors).toEqual([{ method: 'GET', path: '/v1/a', reason: 'the disk is gone' }]);
  });
});

describe('writing a stream', () => {
  const request = { method: 'GET', complete: true, headers: {} } as IncomingMessage;

  /** A client that takes what it is sent when the test says so. */
  class SlowClient extends EventEmitter {
    destroyed = false;
    headersSent = false;
    readonly written: string[] = [];
    writeHead = (): void => void (this.headersSent = true);
    end = (): void => void this.written.push('end');
    destroy = (): void => {
      this.destroyed = true;
      this.emit('close');
    };
    write = (chunk: Buffer): boolean => {
      this.written.push(chunk.toString());
      return false;
    };
  }

  function begin(cut?: AbortSignal) {
    const stream = new GivenStream();
    const client = new SlowClient();
    const answer = { status: 200, body: stream, contentType: 'text/plain', headers: {}, ...(cut && { cut }) };
    const written = writeAnswer(request, client as unknown as ServerResponse, answer);
    return { stream, client, written };
  }
  const settled = () => new Promise(setImmediate);

  it('asks for no more than the client takes', async () => {
    const { stream, client } = begin();
    stream.give('a');
    await settled();
    expect([client.written, stream.calls]).toEqual([['a'], ['begin', 'next']]);
    client.emit('drain');
    await settled();
    expect(stream.calls).toEqual(['begin', 'next', 'next']);
  });

  it('ends when the client hangs up in the midst of what it does not take', async () => {
    const { stream, client, written } = begin();
    stream.give('a');
    await settled();
    client.destroyed = true;
    client.emit('close');
    await written;
    expect(stream.calls).toEqual(['begin', 'next', 'return']);
    expect(client.listenerCount('drain') + client.listenerCount('close')).toBe(0);
  });

  it('ends with what it comes from, also for a client that takes nothing', async () => {
    const closing = new AbortController();
    const { stream, client, written } = begin(closing.signal);
    stream.give('a');
    await settled();
    closing.abort();
    await written;
    expect([client.destroyed, stream.calls]).toEqual([true, ['begin', 'next', 'return']]);
  });

  it('does not cut off a client that has no head yet: it is told', async () => {
    const closing = new AbortController();
    const { client } = begin(closing.signal);
    await settled();
    closing.abort();
    expect(client.destroyed).toBe(false);
  });

  it('does not begin for a client that is gone', async () => {
    const stream = new GivenStream();
    const answer = { status: 200, body: stream, contentType: 'text/plain', headers: {} };
    await writeAnswer(request, { destroyed: true } as ServerResponse, answer);
    expect(stream.calls).toEqual([]);
  });
});
