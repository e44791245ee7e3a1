import { badRequest, isJsonNumber, isTidelockError, RawJson, TidelockError } from '@tidelock/kernel';
import { addExtension, Packr } from 'msgpackr';

// Numbers of secrets keep their text on their way to the primary and back.
addExtension({
  Class: RawJson,
  type: 0x11,
  pack: (value: RawJson) => Buffer.from(value.text, 'utf8'),
  unpack: (bytes: Buffer) => new RawJson(Buffer.from(bytes).toString('utf8')),
});

// No structured clones: nothing that is read may contain itself.
const packr = new Packr({ useRecords: false, moreTypes: true, structuredClone: false });

/** Levels of a body, its own frame among them: a client's body may have 500. */
const MOST_LEVELS = 510;

/** Bodies of cluster-port calls: msgpack, because they carry ciphertext as bytes. */
export const encodeCall = (value: unknown): Buffer => (value instanceof Encoded ? value.bytes : packr.pack(value));

/** A body that is encoded once, however often it is weighed and sent. */
export class Encoded {
  readonly bytes: Buffer;

  constructor(value: unknown) {
    // A copy: what the encoder gives keeps a buffer alive that is up to four times as large.
    this.bytes = Buffer.from(packr.pack(value));
  }

  get value(): unknown {
    return decodeCall(this.bytes);
  }
}

/** What the primary answers: a secondary believes it. @throws {Error} for what is no msgpack. */
export const decodeCall = <T>(bytes: Buffer): T => packr.unpack(bytes) as T;

/** An error as it passes the port. */
export type CallFailure = Pick<TidelockError, 'code' | 'status' | 'errors' | 'data'>;

export function failureOf(error: unknown): CallFailure {
  const { code, status, errors, data } = isTidelockError(error) ? error : new TidelockError('INTERNAL');
  return { code, status, errors, data };
}

export const errorOf = ({ code, status, errors, data }: CallFailure): TidelockError =>
  new TidelockError(code, { status, errors, text: errors[0] ?? '', ...(data && { data }) });

/**
 * What a peer asks, of whom nothing is believed: JSON's values, bytes, and numbers as their text; none of what msgpack knows besides
 * (dates, sets, 64-bit integers), which nobody behind the port expects.
 *
 * @throws {TidelockError} INVALID_REQUEST for anything else.
 */
export function decodeQuestion(bytes: Buffer): unknown {
  let question: unknown;
  try {
    question = decodeCall(bytes);
  } catch {
    throw badRequest('the body of the call is not msgpack');
  }
  requirePlain(question, MOST_LEVELS);
  return question;
}

function requirePlain(value: unknown, levels: number): void {
  if (isScalar(value)) return;
  if (levels === 0) throw badRequest(`the body of the call has more than ${MOST_LEVELS} levels of nesting`);
  if (!Array.isArray(value) && !isObject(value)) throw badRequest('the body of the call has a value that JSON has not');
  const members = Array.isArray(value) ? value : Object.values(value);
  for (const member of members) requirePlain(member, levels - 1);
}

function isScalar(value: unknown): boolean {
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  return Buffer.isBuffer(value) || (value instanceof RawJson && isJsonNumber(value.text));
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
