import type { ServerResponse } from 'node:http';
import type { Answer } from '@tidelock/core/pipeline';

const ALWAYS = {
  'Cache-Control': 'no-store',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
};

/** Written past Fastify's reply, which would add a charset: Vault's type is exactly `application/json`. */
export function writeAnswer(response: ServerResponse, { status, body, contentType, headers }: Answer, headOnly = false): void {
  if (response.destroyed) return;
  if (body === undefined) {
    response.writeHead(status, { ...ALWAYS, ...headers });
    response.end();
    return;
  }
  response.writeHead(status, {
    ...ALWAYS,
    ...headers,
    'Content-Type': contentType,
    'Content-Length': typeof body === 'string' ? Buffer.byteLength(body) : body.length,
  });
  response.end(headOnly ? undefined : body);
}
