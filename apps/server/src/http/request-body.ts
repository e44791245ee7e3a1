import type { IncomingMessage } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { badRequest, LONGEST_NAME, parseJson, RawJson, StructureLimits, TidelockError } from '@tidelock/kernel';

type Members = Readonly<Record<string, unknown>>;

const EMPTY: Members = {};
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
/**
 * Stored documents add levels of their own; writing much deeper ones would exhaust the stack. All other clients wait while members are
 * parsed, some 5 ms for so many. Vault takes 10,000 in an object or a list.
 */
const BOUNDS = { levels: 500, members: 20_000 };
/** Characters of a body that takes some ms to parse: whoever waits goes before what is done with it. */
const LARGE = 256 * 1024;

/**
 * The members of the body: JSON whatever the content type says, a form where it is declared and looks like one.
 *
 * @param limit bytes.
 * @throws {TidelockError} REQUEST_TOO_LARGE beyond the limit, UNSUPPORTED_MEDIA_TYPE for what is packed, INVALID_REQUEST for what is no JSON object, or too many.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Members> {
  const { text, isForm, hasPlainNumbers } = await textOf(request, limit);
  if (text === '') return EMPTY;
  const members = isForm ? formOf(text) : objectOf(text, hasPlainNumbers);
  if (text.length > LARGE) await othersTurn();
  return members;
}

/**
 * The body as it comes, whatever it is; what lies beyond a refusal stays unread.
 *
 * @param limit bytes.
 * @throws {TidelockError} as `readBody`, while it is read.
 */
export async function* readBytes(request: IncomingMessage, limit: number): AsyncGenerator<Buffer> {
  const intake = new Intake(request, limit);
  try {
    for await (const chunk of chunksOf(request)) {
      intake.add(chunk);
      yield chunk;
    }
  } catch (error) {
    throw brokenOff(error);
  }
}

/** What is taken in of a body, and how much of it. */
class Intake {
  size = 0;

  /** @throws {TidelockError} REQUEST_TOO_LARGE where the head says so. */
  constructor(
    private readonly request: IncomingMessage,
    private readonly limit: number,
  ) {
    if (Number(request.headers['content-length'] ?? 0) > limit) throw new TidelockError('REQUEST_TOO_LARGE');
  }

  /** @throws {TidelockError} UNSUPPORTED_MEDIA_TYPE, REQUEST_TOO_LARGE. */
  add({ length }: Buffer): void {
    if (this.size === 0) refusePacked(this.request);
    this.size += length;
    if (this.size > this.limit) throw new TidelockError('REQUEST_TOO_LARGE');
  }
}

const chunksOf = (request: IncomingMessage): AsyncIterable<Buffer> => request.iterator({ destroyOnReturn: false });

const brokenOff = (error: unknown): TidelockError =>
  error instanceof TidelockError ? error : badRequest('the request ended before its body did');

/** Reads, decodes and looks at the body as it comes, up to the limit; what lies beyond a refusal stays unread. */
async function textOf(
  request: IncomingMessage,
  limit: number,
): Promise<{ text: string; isForm: boolean; hasPlainNumbers: boolean }> {
  const intake = new Intake(request, limit);
  const decoder = new StringDecoder('utf8');
  const structure = new StructureLimits(BOUNDS);
  let text = '';
  let isForm = false;
  try {
    for await (const chunk of chunksOf(request)) {
      isForm ||= intake.size === 0 && beginsForm(request, chunk);
      intake.add(chunk);
      if (!isForm) structure.add(chunk);
      text += decoder.write(chunk);
    }
  } catch (error) {
    throw brokenOff(error);
  }
  return { text: text + decoder.end(), isForm, hasPlainNumbers: structure.hasPlainNumbers };
}

function objectOf(text: string, hasPlainNumbers: boolean): Members {
  let value: unknown;
  try {
    value = parseJson(text, hasPlainNumbers);
  } catch {
    if (text.trim() === '') return EMPTY;
    throw badRequest('error parsing JSON');
  }
  if (value === null) return EMPTY;
  if (typeof value !== 'object' || Array.isArray(value) || value instanceof RawJson)
    throw badRequest('error parsing JSON: the body must be a JSON object');
  return value as Members;
}

/** Vault takes such bodies for bad JSON; what is unpacked has no known size. */
function refusePacked({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'] ?? '';
  if (encoding === '' || encoding.toLowerCase() === 'identity') return;
  throw new TidelockError(
    'UNSUPPORTED_MEDIA_TYPE',
    `a request body with Content-Encoding ${encoding.slice(0, LONGEST_NAME)} is not supported`,
  );
}

const beginsForm = ({ headers }: IncomingMessage, [first]: Buffer): boolean =>
  first !== OPEN_BRACE &&
  first !== OPEN_BRACKET &&
  (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');

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
