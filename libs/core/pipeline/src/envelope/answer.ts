import type { EngineResponse } from '@tidelock/engine-api';
import { isTidelockError, stringifyJson, TidelockError } from '@tidelock/kernel';
import type { ResolvedPath } from '@tidelock/core/mounts';
import type { RequestContext } from '../request/context';
import { answerStream } from '../request/mount-streams';
import { responseHeadersOf } from '../request/passed-headers';
import { envelopeOf } from './envelope';

/** What goes back over HTTP. */
export interface Answer {
  readonly status: number;
  /** Absent: no body. A stream has yet to be begun. */
  readonly body?: string | Buffer | AsyncIterable<Buffer>;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a stream: aborted when its mount closes. Whoever has its head already is cut off. */
  readonly cut?: AbortSignal;
}

const JSON_TYPE = 'application/json';
const NONE: Readonly<Record<string, string>> = {};

export function answerOf(context: RequestContext): Answer {
  const { response = {} } = context;
  const headers =
    response.headers && context.resolved ? responseHeadersOf(context.resolved.mount, response.headers) : NONE;
  const json = (status: number, body: string): Answer => ({ status, body, contentType: JSON_TYPE, headers });
  if (context.wrapInfo) return json(200, envelopeOf(context));
  const verbatim = verbatimOf(response, context.resolved?.open);
  if (verbatim) return { status: response.status ?? 200, headers, ...verbatim };
  if (!hasContent(context)) return { status: response.status ?? 204, contentType: JSON_TYPE, headers };
  return json(statusOf(response), envelopeOf(context));
}

/** An answer that has its own form instead of the envelope. */
function verbatimOf(
  { raw, envelopeText, bare, data }: EngineResponse,
  open: ResolvedPath['open'],
): Pick<Answer, 'body' | 'contentType' | 'cut'> | undefined {
  if (raw) return rawOf(raw, open);
  if (envelopeText !== undefined) return { body: envelopeText, contentType: JSON_TYPE };
  return bare ? { body: stringifyJson(data), contentType: JSON_TYPE } : undefined;
}

function rawOf(raw: NonNullable<EngineResponse['raw']>, open: ResolvedPath['open']): ReturnType<typeof verbatimOf> {
  if (open === undefined || Buffer.isBuffer(raw.body)) return raw;
  return { ...raw, body: answerStream(open, raw.body), cut: open.signal };
}

function hasContent({ response, auth, lease, warnings }: RequestContext): boolean {
  return response?.data !== undefined || auth !== undefined || lease !== undefined || warnings.length > 0;
}

/** A 204 that has warnings to tell becomes a 200. */
const statusOf = ({ status }: EngineResponse): number => (status === undefined || status === 204 ? 200 : status);

/** Vault's error envelope: `{"errors": […]}`, and `data` where a batch failed in part. */
export function errorAnswer(error: unknown): Answer {
  const known = isTidelockError(error) ? error : new TidelockError('INTERNAL');
  const body = known.data === undefined ? { errors: known.errors } : { errors: known.errors, data: known.data };
  return { status: known.status, body: stringifyJson(body), contentType: JSON_TYPE, headers: NONE };
}
