import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '@tidelock/core/pipeline';
import { termsOf } from './arrival';
import { withOwnHeaders } from './response-headers';

const ALWAYS = { 'Cache-Control': 'no-store', 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' };
/** A refused request that has no more than this left is read to its end, and the connection kept. */
const SMALL_REST = 64 * 1024;
/** So long may a client send on what is refused, so that it gets to read the refusal before the connection ends. */
const LINGER_MS = 5000;

/** Written past Fastify's reply, which would add a charset: Vault's type is exactly `application/json`. */
export function writeAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.destroyed) return;
  const hangUp = hasMuchLeft(request);
  response.writeHead(answer.status, {
    ...withOwnHeaders(headersOf(answer), answer.status, termsOf(request).responseHeaders),
    ...(hangUp && { Connection: 'close' }),
  });
  const body = request.method === 'HEAD' ? undefined : answer.body;
  if (!hangUp) return void response.end(body);
  if (body === undefined || body.length === 0) response.flushHeaders();
  else response.write(body);
  linger(request, () => response.end());
}

function headersOf({ body, contentType, headers }: Answer): Record<string, string | number> {
  if (body === undefined) return { ...ALWAYS, ...headers };
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  return { ...ALWAYS, ...headers, 'Content-Type': contentType, 'Content-Length': length };
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
