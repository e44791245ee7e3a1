import { type BytesOptions, type PathDeclaration, trueInQuery } from '@tidelock/engine-api';
import { isTidelockError, LONGEST_NAME, TidelockError } from '@tidelock/kernel';
import type { IncomingRequest, RequestContext } from '../request/context';
import type { Step } from './step';

/** Bytes that a caller without a token may make this node read: a login's body is a hundredth of that. */
const BEFORE_AUTHENTICATION = 64 * 1024;
/** Bytes that a path takes unless it declares another limit: settings and policies are a hundredth of that. */
const OF_A_PATH = 1024 * 1024;

/** Reads the body now that it is known who calls; nothing of a request that is not well formed goes further than this. */
export const readBody: Step = async (context, rooms) => {
  const { incoming, caller, resolved } = context;
  if (incoming.refusal) throw incoming.refusal;
  if (incoming.readBody === undefined) return;
  const limit = caller === undefined ? BEFORE_AUTHENTICATION : limitOf(context);
  const { bytes, body } = resolved?.declaration ?? {};
  const isToCome = resolved === undefined && rooms.replica.isSecondary;
  const read = bytes ? await readBytes(incoming, bytes, limit) : await readMembers(incoming.readBody(limit), isToCome);
  context.incoming = withFlags({ ...incoming, ...read }, body);
};

/** Flags that the body may have, and that came in the query instead. */
export function withFlags(incoming: IncomingRequest, body: PathDeclaration['body']): IncomingRequest {
  const flags = body ? trueInQuery(body, incoming.query ?? {}) : [];
  if (flags.length === 0) return incoming;
  return { ...incoming, data: { ...incoming.data, ...Object.fromEntries(flags.map((name) => [name, true])) } };
}

/** A path that is not here yet may take bytes: what is wrong with them as JSON is said only once it is there, and takes JSON. */
async function readMembers(
  reading: Promise<IncomingRequest['data']>,
  isToCome: boolean,
): Promise<Pick<IncomingRequest, 'data' | 'refusal'>> {
  try {
    return { data: await reading };
  } catch (error) {
    if (!isToCome || !isTidelockError(error, 'INVALID_REQUEST')) throw error;
    return { data: {}, refusal: error };
  }
}

/** A path whose mount is still to come from the primary may be any. */
function limitOf({ resolved, incoming: { requiredStates } }: RequestContext): number {
  if (resolved === undefined) return requiredStates.length > 0 ? Infinity : OF_A_PATH;
  return bodyLimitOf(resolved.declaration);
}

export const bodyLimitOf = ({ bodyLimit = OF_A_PATH }: Pick<PathDeclaration, 'bodyLimit'>): number => bodyLimit;

/** @throws {TidelockError} UNSUPPORTED_MEDIA_TYPE, besides what reading does. */
async function readBytes(
  { headers, readBytes: read }: IncomingRequest,
  { contentTypes, stream = false }: BytesOptions,
  limit: number,
): Promise<Pick<IncomingRequest, 'bytes' | 'byteStream'>> {
  if (contentTypes) requireType(String(headers['content-type'] ?? ''), contentTypes);
  const body = read?.(limit, !stream) ?? NOTHING;
  if (stream) return { byteStream: readOnce(body) };
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return { bytes: Buffer.concat(chunks) };
}

function requireType(sent: string, taken: readonly string[]): void {
  const [type = ''] = sent.split(';');
  if (taken.includes(type.trim().toLowerCase())) return;
  throw new TidelockError('UNSUPPORTED_MEDIA_TYPE', {
    text: `this path takes ${taken.join(' or ')}, not ${JSON.stringify(sent.slice(0, LONGEST_NAME))}`,
  });
}

/** What a second reader got would be the end of what the first one got. */
function readOnce(body: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let begun = false;
  return {
    [Symbol.asyncIterator]() {
      if (begun) throw new TidelockError('NOT_REPEATABLE');
      begun = true;
      return body[Symbol.asyncIterator]();
    },
  };
}

const NOTHING: AsyncIterable<Buffer> = { async *[Symbol.asyncIterator]() {} };
