import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Connection, Operation } from '@tidelock/engine-api';
import { badRequest, newUuid, parseDurationSeconds, reasonOf, TidelockError } from '@tidelock/kernel';
import { type IncomingRequest, requireUsablePath } from '@tidelock/core/pipeline';
import type { FastifyRequest } from 'fastify';
import { termsOf } from './arrival';
import { LIST_STAND_IN } from './list-verb';
import { decoded, isEncoded } from './percent-encoding';
import { readBody, readBytes } from './request-body';

/** What Go's `strconv.ParseBool` takes for true; clients send `?list=True`. */
const isGoTrue = (value: unknown): boolean => typeof value === 'string' && /^(?:1|t|T|true|TRUE|True)$/.test(value);

export const API_PREFIX = '/v1/';
export const DEFAULT_LIMIT = 32 * 1024 * 1024;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  GET: 'read',
  HEAD: 'read',
  POST: 'update',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
  [LIST_STAND_IN]: 'list',
};

/**
 * Turns the head of an HTTP request into what the pipeline takes (API page "HTTP API"). The body is read
 * when the pipeline knows who calls. What is wrong with the head is told there, too, and goes on record.
 *
 * @throws {TidelockError} where no token came with it: UNSUPPORTED_OPERATION for a verb that the API does not have, INVALID_REQUEST for a path that is not properly
 *   percent-encoded.
 */
export function readRequest(request: FastifyRequest, response: ServerResponse): IncomingRequest {
  const { headers } = request;
  const query = request.query as Readonly<Record<string, string | string[]>>;
  const operation = operationOf(request.method, query);
  const path = pathOf(request.originalUrl, operation);
  const unreadable = unreadableIn(request);
  // No token, nobody to tell first.
  if (unreadable !== undefined && tokenOf(headers) === '') throw unreadable;
  const { wrap, refusal = unreadable } = checked(request, operation, path);
  const { openMetrics, tokenDemands } = termsOf(request.raw);
  const bodyReader = bodyReaderOf(request, operation, path);
  return {
    id: newUuid(),
    operation,
    path,
    data: bodyReader ? {} : parametersOf(query),
    headers: headers as IncomingRequest['headers'],
    clientToken: tokenOf(headers),
    connection: connectionOf(request),
    requiredStates: statesOf(request.raw.rawHeaders),
    gone: goneOf(response),
    ...(bodyReader && { query, readBody: bodyReader, readBytes: bytesReaderOf(request) }),
    ...(refusal && { refusal }),
    ...(wrap && { wrap }),
    ...(openMetrics && { openMetrics }),
    ...(tokenDemands && { tokenDemands }),
  };
}

/** Few requests ask: what they do takes no longer than a client waits. */
function goneOf(response: ServerResponse): () => AbortSignal {
  let gone: AbortController | undefined;
  return () => {
    if (gone !== undefined) return gone.signal;
    const controller = (gone = new AbortController());
    const hangUp = (): void => controller.abort(new TidelockError('CLIENT_GONE'));
    if (response.destroyed) hangUp();
    else response.once('close', hangUp);
    return controller.signal;
  };
}

function operationOf(method: string, query: Readonly<Record<string, unknown>>): Operation {
  // A verb that the API does not have is its own name: no path has such an operation.
  const operation = OPERATIONS[method] ?? (method.toLowerCase() as Operation);
  if (operation !== 'read') return operation;
  if (isGoTrue(query['list'])) return 'list';
  return isGoTrue(query['help']) ? 'help' : 'read';
}

function pathOf(url: string, operation: Operation): string {
  const end = url.indexOf('?');
  const encoded = (end < 0 ? url : url.slice(0, end)).slice(API_PREFIX.length);
  const path = decoded(encoded) ?? encoded;
  return operation === 'list' ? folderOf(path) : path;
}

/** Cancelling with a nonce, and taking a filter away, which can be tried: the only deletions whose body counts. */
const WITH_BODY =
  /^sys\/(?:(?:rekey|rotate\/root|generate-root|generate-root-token)\/|replication\/(?:performance\/)?primary\/(?:paths|mount)-filter\/)/;

/** What makes a request none of the API's, whatever its path. */
function unreadableIn({ method, originalUrl }: FastifyRequest): TidelockError | undefined {
  if (OPERATIONS[method] === undefined) return new TidelockError('UNSUPPORTED_OPERATION', { errors: [] });
  return isEncoded(originalUrl) ? undefined : badRequest('path is not properly percent-encoded');
}

/** What is wrong with the head is told later, to whoever may know; and goes on record. */
function checked(
  request: FastifyRequest,
  operation: Operation,
  path: string,
): Pick<IncomingRequest, 'wrap' | 'refusal'> {
  const { headers } = request;
  try {
    requireUsablePath(path);
    if (operation === 'update' && path.endsWith('/')) throw badRequest("cannot write to a path ending in '/'");
    if (operation === 'patch') requireMergePatch(headers['content-type'] ?? '');
    refuseNamespaces(headers);
    const wrap = wrapOf(headers);
    return wrap ? { wrap } : {};
  } catch (error) {
    return { refusal: error as TidelockError };
  }
}

function bodyReaderOf(request: FastifyRequest, operation: Operation, path: string): IncomingRequest['readBody'] {
  const { maxRequestBytes = DEFAULT_LIMIT } = termsOf(request.raw);
  const query = request.query as Readonly<Record<string, unknown>>;
  const read = (limit: number) => readBody(request.raw, Math.min(limit, maxRequestBytes));
  if (operation === 'delete')
    return WITH_BODY.test(path) ? async (limit) => ({ ...parametersOf(query), ...(await read(limit)) }) : undefined;
  return operation === 'update' || operation === 'patch' ? read : undefined;
}

/** What is not kept in memory as a whole takes none of it that the listener would have to limit. */
function bytesReaderOf({ raw }: FastifyRequest): NonNullable<IncomingRequest['readBytes']> {
  const { maxRequestBytes = DEFAULT_LIMIT } = termsOf(raw);
  return (limit, kept) => readBytes(raw, kept ? Math.min(limit, maxRequestBytes) : limit);
}

function requireMergePatch(contentType: string): void {
  if (contentType.split(';')[0]?.trim().toLowerCase() === 'application/merge-patch+json') return;
  throw new TidelockError('UNSUPPORTED_MEDIA_TYPE', {
    text: `PATCH requires Content-Type of application/merge-patch+json, provided ${contentType}`,
  });
}

const folderOf = (path: string): string => (path === '' || path.endsWith('/') ? path : `${path}/`);

/** Query parameters as data; `list` and `help` choose the operation and are none. */
function parametersOf(query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { list: _list, help: _help, ...parameters } = query;
  return parameters;
}

function tokenOf(headers: IncomingHttpHeaders): string {
  const token = headers['x-vault-token'];
  if (typeof token === 'string' && token !== '') return token;
  const bearer = /^Bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? '');
  return bearer?.[1] ?? '';
}

function refuseNamespaces(headers: IncomingHttpHeaders): void {
  const namespace = headers['x-vault-namespace'];
  if (namespace === undefined || namespace === '' || namespace === '/' || namespace === 'root' || namespace === 'root/')
    return;
  throw new TidelockError('PERMISSION_DENIED', { text: 'namespaces feature not enabled' });
}

function wrapOf(headers: IncomingHttpHeaders): IncomingRequest['wrap'] {
  const ttl = headers['x-vault-wrap-ttl'];
  if (typeof ttl !== 'string' || ttl === '') return undefined;
  try {
    const ttlSeconds = parseDurationSeconds(ttl);
    if (ttlSeconds < 0) throw badRequest('requested wrap ttl cannot be negative');
    return { ttlSeconds, ...(headers['x-vault-wrap-format'] === 'jwt' && { format: 'jwt' as const }) };
  } catch (error) {
    throw badRequest(`error parsing X-Vault-Wrap-TTL header: ${reasonOf(error)}`);
  }
}

/** Several `X-Vault-Index` headers are several states; Node joins their lines, so the raw list is read. */
function statesOf(rawHeaders: readonly string[]): string[] {
  const states: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    if (name.length === 13 && name.toLowerCase() === 'x-vault-index') {
      states.push(
        ...(rawHeaders[at + 1] as string)
          .split(',')
          .map((state) => state.trim())
          .filter((state) => state !== ''),
      );
    }
  }
  return states;
}

function connectionOf(request: FastifyRequest): Connection {
  const { socket } = request.raw;
  const certificate = 'getPeerCertificate' in socket ? (socket as TLSSocket).getPeerCertificate().raw : undefined;
  return {
    remoteAddress: socket.remoteAddress ?? '',
    remotePort: socket.remotePort ?? 0,
    ...(certificate && { peerCertificate: certificate }),
  };
}
