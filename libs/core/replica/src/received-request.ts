import { X509Certificate } from 'node:crypto';
import type { Connection, Operation } from '@tidelock/engine-api';
import { newUuid } from '@tidelock/kernel';
import {
  type ForwardedBy,
  type ForwardedCaller,
  type IncomingRequest,
  requireUsablePath,
} from '@tidelock/core/pipeline';
import { CallBody } from '@tidelock/replication';

const OPERATIONS: readonly unknown[] = ['create', 'read', 'update', 'patch', 'delete', 'list'] satisfies Operation[];

/** Sets of names are what compiled policies are kept by. */
const MOST_POLICIES = 1000;
/** Bytes of a certificate: TLS takes none that is longer. */
const LONGEST_CERTIFICATE = 100 * 1024;
/** Of what the HTTP edge has taken already. */
const ANY_LENGTH = { longest: Infinity };

/**
 * A request that a secondary sends on, as the primary's pipeline takes it: what it claims to be beyond a `ForwardedRequest` is not read.
 *
 * @throws {TidelockError} INVALID_REQUEST when it is none.
 */
export function incomingOf(sent: unknown, peer: Omit<ForwardedBy, 'caller'>): IncomingRequest {
  const request = new CallBody('a forwarded request', sent);
  const { operation } = request.members;
  if (!OPERATIONS.includes(operation)) throw request.malformed('operation');
  return {
    id: (request.has('id') && request.text('id')) || newUuid(),
    operation: operation as Operation,
    path: pathIn(request),
    data: request.body('data').members,
    ...(request.has('bytes') && { bytes: request.bytes('bytes') }),
    headers: headersIn(request.body('headers')),
    clientToken: '',
    connection: connectionIn(request),
    requiredStates: request.has('requiredStates') ? request.texts('requiredStates', ANY_LENGTH) : [],
    ...(request.has('wrapTtlSeconds') && { wrap: { ttlSeconds: request.number('wrapTtlSeconds') } }),
    forwarded: { ...peer, ...(request.has('caller') && { caller: callerIn(request.body('caller')) }) },
  };
}

function connectionIn(request: CallBody): Connection {
  return {
    remoteAddress: request.text('remoteAddress'),
    remotePort: request.number('remotePort'),
    ...(request.has('peerCertificate') && { peerCertificate: certificateIn(request) }),
  };
}

/**
 * The certificate that the client has shown there, as the secondary says: it saw the handshake, this cluster did not. Nobody has checked the
 * certificate, here or there; whoever decides by it does.
 */
function certificateIn(request: CallBody): Buffer {
  const bytes = request.bytes('peerCertificate');
  if (bytes.length > LONGEST_CERTIFICATE || !isCertificate(bytes)) throw request.malformed('peerCertificate');
  return bytes;
}

/** DER of one certificate, and nothing behind it. */
function isCertificate(bytes: Buffer): boolean {
  try {
    return new X509Certificate(bytes).raw.equals(bytes);
  } catch {
    return false;
  }
}

function callerIn(caller: CallBody): ForwardedCaller {
  const metadata = caller.body('metadata');
  return {
    displayName: caller.text('displayName'),
    policies: caller.texts('policies', { most: MOST_POLICIES }),
    entityId: caller.text('entityId'),
    metadata: Object.fromEntries(Object.keys(metadata.members).map((name) => [name, metadata.text(name, Infinity)])),
  };
}

function headersIn(headers: CallBody): IncomingRequest['headers'] {
  return Object.fromEntries(
    Object.entries(headers.members).map(([name, value]) => [
      name,
      Array.isArray(value) ? headers.texts(name, ANY_LENGTH) : headers.text(name, Infinity),
    ]),
  );
}

function pathIn(request: CallBody): string {
  const path = request.text('path', Infinity);
  requireUsablePath(path);
  return path;
}
