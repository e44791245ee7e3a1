import { isTidelockError, stringifyJson, TidelockError } from '@tidelock/kernel';
import type { RequestContext } from '../context';
import { envelopeOf } from './envelope';

/** What goes back over HTTP. */
export interface Answer {
  readonly status: number;
  /** Absent: no body. */
  readonly body?: string | Buffer;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
}

const JSON_TYPE = 'application/json';
const NONE: Readonly<Record<string, string>> = {};

export function answerOf(context: RequestContext): Answer {
  const { response, wrapInfo, warnings } = context;
  const headers = response?.headers ?? NONE;
  if (wrapInfo) return { status: 200, body: envelopeOf(context), contentType: JSON_TYPE, headers };
  if (response?.raw) return { status: response.status ?? 200, body: response.raw.body, contentType: response.raw.contentType, headers };
  if (response?.envelopeText !== undefined) return { status: 200, body: response.envelopeText, contentType: JSON_TYPE, headers };
  if (response?.bare) return { status: response.status ?? 200, body: stringifyJson(response.data), contentType: JSON_TYPE, headers };
  if (!hasContent(context) && warnings.length === 0) return { status: response?.status ?? 204, contentType: JSON_TYPE, headers };
  return { status: statusOf(context), body: envelopeOf(context), contentType: JSON_TYPE, headers };
}

function hasContent({ response, auth, lease }: RequestContext): boolean {
  return response?.data !== undefined || auth !== undefined || lease !== undefined;
}

/** A 204 that has warnings to tell becomes a 200. */
function statusOf({ response }: RequestContext): number {
  return response?.status === undefined || response.status === 204 ? 200 : response.status;
}

/** Vault's error envelope: `{"errors": […]}`, and `data` where a batch failed in part. */
export function errorAnswer(error: unknown): Answer {
  const known = isTidelockError(error) ? error : new TidelockError('INTERNAL');
  const body = known.data === undefined ? { errors: known.errors } : { errors: known.errors, data: known.data };
  return { status: known.status, body: stringifyJson(body), contentType: JSON_TYPE, headers: NONE };
}
