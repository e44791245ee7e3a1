import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { isTidelockError, type Logger, reasonOf, Tallies, TidelockError, type Timeliness } from '@tidelock/kernel';
import { fingerprintOf, type KeyPairPem } from './certificates';
import { decodeQuestion, encodeCall, failureOf } from './codec';
import { listen } from './listening';
import { timelinessOf } from './timeliness';

/** Who calls, according to the certificate it showed. */
export interface ClusterPeer {
  readonly secondaryId: string;
  /** Fingerprint of the certificate. */
  readonly certificate: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** The connection that it calls over. */
  readonly session: object;
  readonly timely: Timeliness;
}

export type ClusterCall = (body: never, peer: ClusterPeer) => Promise<unknown>;

/** A call as it came, known or not. */
export interface ReceivedCall {
  readonly name: string;
  readonly body: unknown;
  readonly peer: ClusterPeer;
}

export interface ClusterServerOptions {
  readonly host: string;
  readonly port: number;
  readonly authority: string;
  readonly identity: KeyPairPem;
  /** Id of the secondary that a certificate belongs to; `undefined` refuses it (revoked, unknown). */
  readonly recognise: (fingerprint: string) => string | undefined;
  readonly calls: ReadonlyMap<string, ClusterCall>;
  /** Of calls that take less than 64 MiB. */
  readonly bodyLimits?: Readonly<Record<string, { readonly bodyLimit: number }>>;
  /** Whatever is called passes here: it does the work, or refuses it. */
  readonly gate?: (call: ReceivedCall, work: () => Promise<unknown>) => Promise<unknown>;
  readonly logger: Logger;
}

/** What a secondary is told that is not, or no longer, known. */
export const REVOKED =
  'the primary cluster refuses this secondary: its id was revoked there, or its certificate replaced by a newer one, which a restored backup lacks; ' +
  'it needs a new activation token';

const PATH = '/cluster/v1/';
/** Largest request body: a forwarded request of 32 MiB and its frame. */
const BODY_LIMIT = 64 * 1024 * 1024;
/** How long a peer that is refused may take to ask, and so to learn why. */
const REFUSED_PATIENCE_MS = 5000;
/** How long what is under way over a replaced certificate may take to end: longer than any call. */
const REPLACED_PATIENCE_MS = 15_000;

/** The primary's end of the cluster port: calls over mutual TLS (join, sync, heartbeats, forwarding). */
export class ClusterServer {
  /** Calls by name, failed ones included. */
  readonly calls = new Tallies();
  private readonly server: Server;
  private readonly sockets = new Map<TLSSocket, Pick<ClusterPeer, 'secondaryId' | 'certificate'>>();
  /** Certificates of our own making that nobody has, by fingerprint. */
  private readonly refused = new Set<string>();
  /** All of them, in the middle of a handshake, too: none must hold a close up. */
  private readonly connections = new Set<Socket>();

  constructor(private readonly options: ClusterServerOptions) {
    this.server = createServer({
      ...this.contextOf(options.identity),
      requestCert: true,
      rejectUnauthorized: true,
      ALPNProtocols: ['http/1.1'],
      keepAliveTimeout: 65_000,
    });
    this.server.on('connection', (socket: Socket) => {
      this.connections.add(socket);
      socket.on('close', () => this.connections.delete(socket));
    });
    this.server.on('secureConnection', (socket: TLSSocket) => this.admit(socket));
    this.server.on('request', (request, response) => void this.answer(request, response));
  }

  async listen(): Promise<AddressInfo> {
    await listen(this.server, this.options);
    return this.server.address() as AddressInfo;
  }

  /** Shows this certificate to whoever connects from now on; connections that are there stay. */
  useIdentity(identity: KeyPairPem): void {
    this.server.setSecureContext(this.contextOf(identity));
  }

  /** Cuts every connection of a secondary, at once. */
  disconnect(secondaryId: string): void {
    for (const [socket, peer] of this.sockets) if (peer.secondaryId === secondaryId) socket.destroy();
  }

  /** Cuts every connection over a certificate, in a while. */
  retire(certificate: string): void {
    setTimeout(() => {
      for (const [socket, peer] of this.sockets) if (peer.certificate === certificate) socket.destroy();
    }, REPLACED_PATIENCE_MS).unref();
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.connections) socket.destroy();
    await closed;
  }

  private contextOf({ privateKey, certificate }: KeyPairPem): SecureContextOptions {
    return { key: privateKey, cert: certificate, ca: this.options.authority, minVersion: 'TLSv1.3' };
  }

  private admit(socket: TLSSocket): void {
    const { raw, subject } = socket.getPeerCertificate();
    const certificate = fingerprintOf(raw);
    const secondaryId = this.options.recognise(certificate);
    if (secondaryId === undefined) {
      this.tellRefused(certificate, { address: socket.remoteAddress, name: subject.CN });
      socket.setTimeout(REFUSED_PATIENCE_MS, () => socket.destroy());
      return;
    }
    this.sockets.set(socket, { secondaryId, certificate });
    socket.on('close', () => this.sockets.delete(socket));
  }

  /** Once for each certificate: who was revoked, and runs on, comes back every two seconds. */
  private tellRefused(certificate: string, facts: Readonly<Record<string, unknown>>): void {
    if (this.refused.has(certificate)) return;
    this.refused.add(certificate);
    this.options.logger.warn(
      'a revoked, replaced or unknown certificate was refused on the cluster port, and is from now on',
      facts,
    );
  }

  private pass(received: ReceivedCall, isTooLarge: boolean): Promise<unknown> {
    const { name, body, peer } = received;
    const work = async (): Promise<unknown> => {
      if (isTooLarge) throw new TidelockError('REQUEST_TOO_LARGE');
      const call = this.options.calls.get(name);
      if (call === undefined) throw new TidelockError('UNSUPPORTED_PATH');
      return this.calls.of(name).time(() => call(body as never, peer));
    };
    return this.options.gate ? this.options.gate(received, work) : work();
  }

  private limitOf(name: string): number {
    const { bodyLimits = {} } = this.options;
    return (Object.hasOwn(bodyLimits, name) && bodyLimits[name]?.bodyLimit) || BODY_LIMIT;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    const known = this.sockets.get(socket as TLSSocket);
    if (known === undefined) return refuse(response);
    try {
      const timely = timelinessOf(request);
      const peer = {
        ...known,
        remoteAddress: socket.remoteAddress ?? '',
        remotePort: socket.remotePort ?? 0,
        session: socket,
        timely,
      };
      const name = (request.url ?? '').slice(PATH.length);
      const sent = await readBody(request, this.limitOf(name));
      const body = sent && decodeQuestion(sent);
      timely.require();
      send(response, 200, await this.pass({ name, body, peer }, sent === undefined));
    } catch (error) {
      if (!isTidelockError(error))
        this.options.logger.error('a cluster call failed', { call: request.url, reason: reasonOf(error) });
      sendError(response, error);
    }
  }
}

/** Nothing that the peer sent is read. To it, this primary is as good as away, but for the reason. */
function refuse(response: ServerResponse): void {
  response.shouldKeepAlive = false;
  sendError(response, new TidelockError('PRIMARY_UNREACHABLE', { text: REVOKED }));
}

/**
 * By events: an asynchronous iterator was a sixth of what a heartbeat costs the primary.
 *
 * @param limit bytes that are kept. @returns `undefined` for more.
 */
function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > BODY_LIMIT) request.destroy(new TidelockError('REQUEST_TOO_LARGE'));
      else if (size <= limit) chunks.push(chunk);
    });
    // The listeners stay as long as the request: the pieces need not.
    request.once('end', () => resolve(size > limit ? undefined : Buffer.concat(chunks.splice(0))));
    request.once('error', reject);
  });
}

function sendError(response: ServerResponse, error: unknown): void {
  const failure = failureOf(error);
  send(response, failure.status, failure);
}

function send(response: ServerResponse, status: number, value: unknown): void {
  if (response.destroyed) return;
  const body = encodeCall(value ?? null);
  response.writeHead(status, { 'content-type': 'application/msgpack', 'content-length': body.length });
  response.end(body);
}
