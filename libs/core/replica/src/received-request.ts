import type { Connection, Operation } from '@tidelock/engine-api';
import { badRequest, newUuid } from '@tidelock/kernel';
import { type ForwardedBy, type ForwardedCaller, type IncomingRequest, requireUsablePath } from '@tidelock/core/pipeline';

const OPERATIONS: readonly unknown[] = ['create', 'read', 'update', 'patch', 'delete', 'list'] satisfies Operation[];

/** Of ids and names, in characters. */
const LONGEST_TEXT = 2048;
const MOST_POLICIES = 1000;

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
    id: shortTextIn(id, 'id') || newUuid(),
    operation: operation as Operation,
    path: pathIn(path),
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
    displayName: shortTextIn(displayName, 'displayName'),
    policies: policiesIn(policies),
    entityId: shortTextIn(entityId, 'entityId'),
    metadata: Object.fromEntries(facts) as Record<string, string>,
  };
}

function headersIn(sent: unknown): IncomingRequest['headers'] {
  const headers = Object.entries(objectIn(sent, 'headers'));
  return Object.fromEntries(headers.map(([name, value]) => [name, Array.isArray(value) ? textsIn(value, 'headers') : textIn(value, 'headers')]));
}

function pathIn(sent: unknown): string {
  const path = textIn(sent, 'path');
  requireUsablePath(path);
  return path;
}

/** Sets of names are what compiled policies are kept by. */
function policiesIn(sent: unknown): string[] {
  const policies = textsIn(sent, 'policies');
  if (policies.length > MOST_POLICIES) throw malformed('policies');
  return policies.map((name) => shortTextIn(name, 'policies'));
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

function shortTextIn(value: unknown, member: string): string {
  const text = textIn(value, member);
  if (text.length > LONGEST_TEXT) throw malformed(member);
  return text;
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
