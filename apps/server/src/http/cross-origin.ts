import type { IncomingMessage } from 'node:http';
import type { CorsSettings } from '@tidelock/core/cors';
import { type Answer, errorAnswer } from '@tidelock/core/pipeline';
import { TidelockError } from '@tidelock/kernel';

const METHODS = ['DELETE', 'GET', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'LIST'];

type Headers = Readonly<Record<string, string>>;

/** What a browser is told about a request of another origin's page, before anything else: an answer, or headers for the answer. */
export async function crossOriginOf(
  { method, headers }: IncomingMessage,
  cors: Pick<CorsSettings, 'judge'>,
): Promise<{ answer?: Answer; headers?: Headers }> {
  const { origin } = headers;
  const verdict = origin === undefined ? 'off' : await cors.judge(origin);
  if (origin === undefined || verdict === 'off') return {};
  if (verdict === 'refused')
    return { answer: errorAnswer(new TidelockError('PERMISSION_DENIED', 'origin not allowed')) };
  const allowed = { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' };
  if (method !== 'OPTIONS') return { headers: allowed };
  const asked = headers['access-control-request-method'];
  if (asked === undefined || !METHODS.includes(asked))
    return { answer: errorAnswer(new TidelockError('UNSUPPORTED_OPERATION', { errors: [] })) };
  const preflight = {
    'Access-Control-Allow-Methods': METHODS.join(','),
    'Access-Control-Allow-Headers': verdict.allowedHeaders.join(','),
    'Access-Control-Max-Age': '300',
  };
  return { answer: { status: 204, contentType: 'application/json', headers: { ...allowed, ...preflight } } };
}
