import { once } from 'node:events';
import { createServer, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { SecureVersion } from 'node:tls';
import { reasonOf } from '@tidelock/kernel';
import type { FastifyInstance } from 'fastify';
import { type ListenerTerms, markArrival } from './arrival';
import { type ListenerFiles, readListenerFiles } from '../tls/listener-files';
import { acceptListVerb } from './list-verb';
import { answerPlainHttp } from './plain-http-on-tls';

export interface ListenerSettings extends ListenerTerms {
  readonly host: string;
  readonly port: number;
  /** Absent: plain HTTP. */
  readonly tls?: TlsSettings;
  readonly timeLimits?: Partial<TimeLimits>;
}

/** How long a client may take, in milliseconds; Vault's defaults. A connection that takes longer is closed (408). */
interface TimeLimits {
  /** For a request's head: 10 s. */
  readonly header: number;
  /** For the whole request: 30 s. */
  readonly request: number;
  /** Until the next request: 5 min. */
  readonly idle: number;
  /** From the end of a request's head until its answer is written: 0, without end. The connection is closed without an answer. */
  readonly write: number;
}

export const TIME_LIMITS: TimeLimits = { header: 10_000, request: 30_000, idle: 300_000, write: 0 };
/** The longest that a connection over its time stays. */
const CHECK_INTERVAL_MS = 5000;

/** Vault's, too. */
export const DEFAULT_MIN_VERSION = 'TLSv1.2';

export interface TlsSettings extends ListenerFiles {
  /** Clients without a certificate of that authority are refused. */
  readonly requireClientCert?: boolean;
  /** Default `true`. */
  readonly askForClientCert?: boolean;
  /** `DEFAULT_MIN_VERSION` by default. */
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  /** OpenSSL's names, with colons; Node's own choice by default. */
  readonly ciphers?: string;
}

/** One address where clients reach the API. All listeners of a node share one router. */
export class PublicListener {
  private server: Server | TlsServer | undefined;
  /** The server itself knows a connection only when HTTP is spoken on it, or TLS is agreed. */
  private readonly sockets = new Set<Socket>();

  constructor(
    private readonly router: FastifyInstance,
    private readonly settings: ListenerSettings,
  ) {}

  async listen(): Promise<AddressInfo> {
    const { host, port, tls, timeLimits } = this.settings;
    const limits = { ...TIME_LIMITS, ...timeLimits };
    const times = timeOptionsOf(limits);
    const server = tls ? createTlsServer({ ...tlsOptionsOf(tls), ...times }) : createServer(times);
    this.server = server;
    if (tls) answerPlainHttp(server as TlsServer);
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    acceptListVerb(server);
    server.on('request', (request, response) => {
      markArrival(request, this.settings);
      if (limits.write > 0) closeAfter(limits.write, response);
      this.router.routing(request, response);
    });
    server.listen(port, host);
    await once(server, 'listening').catch((error: unknown) => {
      throw new Error(`"address" of listener "tcp": ${reasonOf(error)}`);
    });
    return server.address() as AddressInfo;
  }

  /** SIGHUP: new connections get the certificate that lies in the files now. */
  reloadCertificates(): void {
    const { tls } = this.settings;
    if (tls && this.server && 'setSecureContext' in this.server) this.server.setSecureContext(tlsOptionsOf(tls));
  }

  /** Takes no more connections; those with a request in flight get their answer first. */
  async close(graceMilliseconds: number): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    const cut = setTimeout(() => {
      server.closeAllConnections();
      this.sockets.forEach((socket) => socket.destroy());
    }, graceMilliseconds);
    await closed;
    clearTimeout(cut);
  }
}

function closeAfter(milliseconds: number, response: ServerResponse): void {
  const cut = setTimeout(() => response.destroy(), milliseconds);
  response.once('close', () => clearTimeout(cut));
}

/** A head that takes longer than the whole request may has no meaning. */
function timeOptionsOf({ header, request, idle }: TimeLimits): ServerOptions {
  const headersTimeout = request === 0 ? header : Math.min(header, request);
  const shortest = Math.min(...[headersTimeout, request, CHECK_INTERVAL_MS].filter((limit) => limit > 0));
  return { headersTimeout, requestTimeout: request, keepAliveTimeout: idle, connectionsCheckingInterval: shortest };
}

function tlsOptionsOf({
  requireClientCert,
  askForClientCert,
  minVersion = DEFAULT_MIN_VERSION,
  maxVersion,
  ciphers,
  ...files
}: TlsSettings) {
  return {
    ...readListenerFiles(files),
    minVersion,
    ...(maxVersion && { maxVersion }),
    ...(ciphers && { ciphers }),
    // Certificates are asked for, because an auth method may want one, and demanded only where configured.
    requestCert: askForClientCert ?? true,
    rejectUnauthorized: requireClientCert ?? false,
  };
}
