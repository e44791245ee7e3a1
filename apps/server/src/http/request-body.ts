import { badRequest, parseJson, TidelockError } from '@tidelock/kernel';
import type { FastifyRequest } from 'fastify';

const EMPTY: Readonly<Record<string, unknown>> = {};
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
/** Stored documents add levels of their own; writing much deeper ones would exhaust the stack. */
const MOST_LEVELS = 500;

/** The members of the body: JSON whatever the content type says, a form where it is declared and looks like one. */
export function bodyOf(request: FastifyRequest): Readonly<Record<string, unknown>> {
  if (request.method === 'PATCH') requireMergePatch(request.headers['content-type'] ?? '');
  const bytes = request.body as Buffer | undefined;
  if (bytes === undefined || bytes.length === 0) return EMPTY;
  const first = bytes[0];
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET && isForm(request)) return formOf(bytes);
  return objectOf(bytes.toString('utf8'));
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    if (text.trim() === '') return EMPTY;
    throw badRequest('error parsing JSON');
  }
  if (value === null) return EMPTY;
  if (isTooDeep(text)) throw badRequest(`error parsing JSON: more than ${MOST_LEVELS} levels of nesting`);
  if (typeof value !== 'object' || Array.isArray(value)) throw badRequest('error parsing JSON: the body must be a JSON object');
  return value as Record<string, unknown>;
}

/** Levels of nesting, counted without regard to strings first: only a text with that many brackets is looked at closely. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (bracket === '{' || bracket === '[') depth += 1;
    else if (bracket === '}' || bracket === ']') depth -= 1;
    if (depth > MOST_LEVELS) return true;
  }
  return false;
}

const isForm = (request: FastifyRequest): boolean =>
  (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');

function formOf(bytes: Buffer): Record<string, unknown> {
  const form = new URLSearchParams(bytes.toString('utf8'));
  const data: Record<string, unknown> = {};
  for (const key of new Set(form.keys())) {
    const values = form.getAll(key);
    Object.defineProperty(data, key, { value: values.length === 1 ? values[0] : values, enumerable: true, configurable: true, writable: true });
  }
  return data;
}

function requireMergePatch(contentType: string): void {
  if (contentType.split(';')[0]?.trim().toLowerCase() === 'application/merge-patch+json') return;
  throw new TidelockError('UNSUPPORTED_MEDIA_TYPE', {
    text: `PATCH requires Content-Type of application/merge-patch+json, provided ${contentType}`,
  });
}
