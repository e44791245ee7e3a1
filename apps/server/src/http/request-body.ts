import { badRequest, parseJson, RawJson, StructureLimits, TidelockError } from '@tidelock/kernel';
import type { FastifyRequest } from 'fastify';

const EMPTY: Readonly<Record<string, unknown>> = {};
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
/**
 * Stored documents add levels of their own; writing much deeper ones would exhaust the stack. So many members are parsed
 * within some 10 ms; all other clients wait meanwhile.
 */
const BOUNDS = { levels: 500, members: 100_000 };

/** The members of the body: JSON whatever the content type says, a form where it is declared and looks like one. */
export function bodyOf(request: FastifyRequest): Readonly<Record<string, unknown>> {
  if (request.method === 'PATCH') requireMergePatch(request.headers['content-type'] ?? '');
  const bytes = request.body as Buffer | undefined;
  if (bytes === undefined || bytes.length === 0) return EMPTY;
  const first = bytes[0];
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET && isForm(request)) return formOf(bytes.toString('utf8'));
  new StructureLimits(BOUNDS).add(bytes);
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
  if (typeof value !== 'object' || Array.isArray(value) || value instanceof RawJson) throw badRequest('error parsing JSON: the body must be a JSON object');
  return value as Record<string, unknown>;
}

const isForm = (request: FastifyRequest): boolean =>
  (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');

/** Several values of one name are one text with commas, as in Vault. */
function formOf(text: string): Record<string, unknown> {
  if (/%(?![\da-fA-F]{2})/.test(text)) throw badRequest('error parsing form data');
  const values = new Map<string, string[]>();
  let members = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    members += 1;
    if (members > BOUNDS.members) throw badRequest(`error parsing form data: more than ${BOUNDS.members} members`);
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  return Object.fromEntries([...values].map(([name, all]) => [name, all.join(',')]));
}

function requireMergePatch(contentType: string): void {
  if (contentType.split(';')[0]?.trim().toLowerCase() === 'application/merge-patch+json') return;
  throw new TidelockError('UNSUPPORTED_MEDIA_TYPE', {
    text: `PATCH requires Content-Type of application/merge-patch+json, provided ${contentType}`,
  });
}
