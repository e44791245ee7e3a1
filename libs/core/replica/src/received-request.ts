import type { Connection, Operation } from '@tidelock/engine-api';
import { badRequest, newUuid } from '@tidelock/kernel';
import type { ForwardedBy, ForwardedCaller, IncomingRequest } from '@tidelock/core/pipeline';

const OPERATIONS: readonly unknown[] = ['create', 'read', 'update', 'patch', 'delete', 'list'] satisfies Operation[];

type Sent = Readonly<Record<string, unknown>>;

/**
 * A request that a secondary sends on, as the primary's pipeline takes it: what it claims to be beyond a `ForwardedRequest` is not read.
 *
 * @throws {TidelockError} INVALID_REQUEST when it is none.
 */
export function incomingOf(sent: unknown, peer: Omit<ForwardedBy, 'caller'>): IncomingRequest {
  const request = objectIn(sent);
  const { id = '', operation, path, data, headers, requiredStates = [], caller, wrapTtlSeconds } = request;
  if (!OPERATIONS.includes(operation)) throw malformed('operation');
  return {
    id: textIn(id, 'id') || newUuid(),
    operation: operation as Operation,
    path: textIn(path, 'path'),
    data: objectIn(data, 'data'),
    headers: headersIn(headers),
    clientToken: '',
    connection: connectionIn(request),
    requiredStates: textsIn(requiredStates, 'requiredStates'),
    ...(wrapTtlSeconds !== undefined && { wrap: { ttlSeconds: numberIn(wrapTtlSeconds, 'wrapTtlSeconds') } }),
    forwarded: { ...peer, ...(caller !== undefined && { caller: callerIn(caller) }) },
  };
}

function connectionIn({ remoteAddress, remotePort, peerCertificate }: Sent): Connection {
  return {
    remoteAddress: textIn(remoteAddress, 'remoteAddress'),
    remotePort: numberIn(remotePort, 'remotePort'),
    ...(peerCertificate !== undefined && { peerCertificate: bytesIn(peerCertificate, 'peerCertificate') }),
  };
}

function callerIn(sent: unknown): ForwardedCaller {
  const { displayName, policies, entityId, metadata } = objectIn(sent, 'caller');
  const facts = Object.entries(objectIn(metadata, 'metadata')).map(([name, fact]) => [name, textIn(fact, 'metadata')]);
  return {
    displayName: textIn(displayName, 'displayName'),
    policies: textsIn(policies, 'policies'),
    entityId: textIn(entityId, 'entityId'),
    metadata: Object.fromEntries(facts) as Record<string, string>,
  };
}

function headersIn(sent: unknown): IncomingRequest['headers'] {
  const headers = Object.entries(objectIn(sent, 'headers'));
  return Object.fromEntries(headers.map(([name, value]) => [name, Array.isArray(value) ? textsIn(value, 'headers') : textIn(value, 'headers')]));
}

const isObject = (value: unknown): value is Sent => typeof value === 'object' && value !== null && !Array.isArray(value);

function objectIn(value: unknown, member = 'request'): Sent {
  if (isObject(value)) return value;
  throw malformed(member);
}

function textIn(value: unknown, member: string): string {
  if (typeof value === 'string') return value;
  throw malformed(member);
}

function numberIn(value: unknown, member: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw malformed(member);
}

function bytesIn(value: unknown, member: string): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  throw malformed(member);
}

function textsIn(value: unknown, member: string): string[] {
  if (!Array.isArray(value)) throw malformed(member);
  return value.map((text) => textIn(text, member));
}

const malformed = (member: string) => badRequest(`not a forwarded request: its ${member} is not what a secondary sends`);
