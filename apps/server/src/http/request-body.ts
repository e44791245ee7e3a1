import type { IncomingMessage } from 'node:http';
import { badRequest, parseJson, RawJson, StructureLimits, TidelockError } from '@tidelock/kernel';

type Members = Readonly<Record<string, unknown>>;

const EMPTY: Members = {};
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
/**
 * Stored documents add levels of their own; writing much deeper ones would exhaust the stack. So many members are parsed
 * within some 10 ms; all other clients wait meanwhile.
 */
const BOUNDS = { levels: 500, members: 100_000 };

/**
 * The members of the body: JSON whatever the content type says, a form where it is declared and looks like one.
 *
 * @param limit bytes.
 * @throws {TidelockError} REQUEST_TOO_LARGE beyond the limit, INVALID_REQUEST for what is no JSON object, or too many.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Members> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new TidelockError('REQUEST_TOO_LARGE');
  const { bytes, isForm } = await bytesOf(request, limit);
  if (bytes.length === 0) return EMPTY;
  return isForm ? formOf(bytes.toString('utf8')) : objectOf(bytes.toString('utf8'));
}

/** Reads up to the limit; what lies beyond a refusal stays unread. */
async function bytesOf(request: IncomingMessage, limit: number): Promise<{ bytes: Buffer; isForm: boolean }> {
  const chunks: Buffer[] = [];
  const structure = new StructureLimits(BOUNDS);
  let size = 0;
  let isForm = false;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      isForm ||= size === 0 && beginsForm(request, chunk);
      size += chunk.length;
      if (size > limit) throw new TidelockError('REQUEST_TOO_LARGE');
      if (!isForm) structure.add(chunk);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof TidelockError ? error : badRequest('the request ended before its body did');
  }
  return { bytes: Buffer.concat(chunks, size), isForm };
}

function objectOf(text: string): Members {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    if (text.trim() === '') return EMPTY;
    throw badRequest('error parsing JSON');
  }
  if (value === null) return EMPTY;
  if (typeof value !== 'object' || Array.isArray(value) || value instanceof RawJson) throw badRequest('error parsing JSON: the body must be a JSON object');
  return value as Members;
}

const beginsForm = ({ headers }: IncomingMessage, [first]: Buffer): boolean =>
  first !== OPEN_BRACE && first !== OPEN_BRACKET && (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');

/** Several values of one name are one text with commas, as in Vault. */
function formOf(text: string): Members {
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
