import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, errorAnswer } from '@tidelock/core/pipeline';
import { termsOf } from './arrival';
import { withOwnHeaders } from './response-headers';

const ALWAYS = { 'Cache-Control': 'no-store', 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' };
/** A refused request that has no more than this left is read to its end, and the connection kept. */
const SMALL_REST = 64 * 1024;
/** So long may a client send on what is refused, so that it gets to read the refusal before the connection ends. */
const LINGER_MS = 5000;

/**
 * Written past Fastify's reply, which would add a charset: Vault's type is exactly `application/json`. A client that is gone is sent
 * nothing, and no stream is begun for it.
 *
 * @returns once the answer is written, or a stream has ended with its client.
 * @throws what a stream throws. The client has an error's answer then, or a connection that was cut.
 */
export async function writeAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  if (response.destroyed) return;
  if (isWhole(answer.body) || request.method === 'HEAD') return writeWhole(request, response, answer);
  const chunks = answer.body[Symbol.asyncIterator]();
  // At once: a stream that waits for what comes next may wait long.
  const end = (): void => void chunks.return?.()?.catch(() => undefined);
  const cut = (): void => void (response.headersSent && response.destroy());
  response.once('close', end);
  answer.cut?.addEventListener('abort', cut, { once: true });
  try {
    const first = await chunks.next();
    const hangUp = writeHead(request, response, answer);
    await writeChunks(response, chunks, first);
    finish(request, response, hangUp);
  } catch (error) {
    if (response.destroyed) return;
    if (response.headersSent) response.destroy();
    else await writeAnswer(request, response, errorAnswer(error));
    throw error;
  } finally {
    response.off('close', end);
    answer.cut?.removeEventListener('abort', cut);
  }
}

const isWhole = (body: Answer['body']): body is string | Buffer | undefined =>
  body === undefined || typeof body === 'string' || Buffer.isBuffer(body);

/** A HEAD request is told of the body in the head alone. */
function writeWhole(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const body = request.method !== 'HEAD' && isWhole(answer.body) ? answer.body : undefined;
  const hangUp = writeHead(request, response, answer);
  if (!hangUp) return void response.end(body);
  if (body === undefined || body.length === 0) response.flushHeaders();
  else response.write(body);
  finish(request, response, hangUp);
}

/** @returns whether the connection ends with the answer. */
function writeHead(request: IncomingMessage, response: ServerResponse, answer: Answer): boolean {
  const hangUp = hasMuchLeft(request);
  response.writeHead(answer.status, {
    ...withOwnHeaders(headersOf(answer), answer.status, termsOf(request).responseHeaders),
    ...(hangUp && { Connection: 'close' }),
  });
  return hangUp;
}

/** No chunk is asked for before the client has taken most of those before it. */
async function writeChunks(
  response: ServerResponse,
  chunks: AsyncIterator<Buffer>,
  first: IteratorResult<Buffer>,
): Promise<void> {
  for (let step = first; !step.done && !response.destroyed; step = await chunks.next()) {
    if (!response.write(step.value)) await untilWritable(response);
    if (response.destroyed) return;
  }
}

function untilWritable(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

const finish = (request: IncomingMessage, response: ServerResponse, hangUp: boolean): void =>
  hangUp ? linger(request, () => response.end()) : void response.end();

function headersOf({ body, contentType, headers }: Answer): Record<string, string | number> {
  if (body === undefined) return { ...ALWAYS, ...headers };
  const named = { ...ALWAYS, ...headers, 'Content-Type': contentType };
  if (typeof body === 'string') return { ...named, 'Content-Length': Buffer.byteLength(body) };
  return Buffer.isBuffer(body) ? { ...named, 'Content-Length': body.length } : named;
}

function hasMuchLeft({ complete, headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return !complete && (length === undefined ? headers['transfer-encoding'] !== undefined : Number(length) > SMALL_REST);
}

/** Drops what still comes, for a while. */
function linger(request: IncomingMessage, done: () => void): void {
  const end = (): void => {
    clearTimeout(timer);
    for (const event of ['end', 'close', 'error']) request.off(event, end);
    done();
  };
  const timer = setTimeout(end, LINGER_MS);
  for (const event of ['end', 'close', 'error']) request.on(event, end);
  request.resume();
}
