import { Agent, request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { isTidelockError, reasonOf, Tallies, TidelockError } from '@tidelock/kernel';
import { type KeyPairPem, serverNameOf } from './certificates';
import { type CallFailure, decodeCall, encodeCall, errorOf } from './codec';
import { type Moment, momentText } from './moment';
import { DEADLINE_HEADER } from './timeliness';

export interface ClusterClientOptions {
  readonly setId: string;
  readonly authority: string;
  readonly identity: KeyPairPem;
  /** Current addresses of the primary's cluster port (`https://host:port`), best first. */
  readonly addresses: () => readonly string[];
}

export interface CallOptions {
  readonly timeoutMilliseconds?: number;
  /** Not repeated at another address once the primary may have read it, and not done there after the deadline. */
  readonly atMostOnce?: boolean;
  /** By the primary's clocks. */
  readonly deadline?: Moment;
}

interface Order {
  readonly name: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** The primary did not answer; nothing is known of what became of the call. */
export class PrimaryUnreachable extends TidelockError {
  /** @param mayBeDone the primary may have read it. */
  constructor(
    readonly tried: readonly string[],
    cause: unknown,
    readonly mayBeDone = true,
  ) {
    super('PRIMARY_UNREACHABLE', {
      text: `the primary cluster cannot be reached (tried ${tried.join(', ') || 'no address'}): ${reasonOf(cause)}`,
      cause,
    });
  }
}

/** Whether the primary has answered that it knows nobody by the certificate that it was shown. */
export const isRefused = (error: unknown): boolean =>
  isTidelockError(error, 'PRIMARY_UNREACHABLE') && !(error instanceof PrimaryUnreachable);

/** The secondary's end of the cluster port. */
export class ClusterClient {
  /** Calls by name, failed ones included. */
  readonly calls = new Tallies();
  private agent: Agent;
  /** Of certificates shown before: their connections end by themselves. */
  private readonly former: Agent[] = [];

  constructor(private readonly options: ClusterClientOptions) {
    this.agent = this.agentWith(options.identity);
  }

  /**
   * @throws {PrimaryUnreachable} when no address answers in time.
   * @throws {TidelockError} the primary's own error.
   */
  call<T>(name: string, body: unknown, options: CallOptions = {}): Promise<T> {
    return this.calls.of(name).time(() => this.callInTurn<T>(name, body, options));
  }

  private async callInTurn<T>(
    name: string,
    body: unknown,
    { timeoutMilliseconds = 10_000, atMostOnce = false, deadline: given }: CallOptions,
  ): Promise<T> {
    const order: Order = {
      name,
      body: encodeCall(body),
      headers: given ? { [DEADLINE_HEADER]: momentText(given) } : {},
    };
    const addresses = this.options.addresses();
    const deadline = performance.now() + timeoutMilliseconds;
    let last = new TransportError(new Error('no address of the primary is known'), false);
    for (const address of addresses) {
      if (performance.now() >= deadline || (atMostOnce && last.sent)) break;
      try {
        return await this.post<T>(address, order, deadline - performance.now());
      } catch (error) {
        if (!(error instanceof TransportError)) throw error;
        last = error;
      }
    }
    throw new PrimaryUnreachable(addresses, last.cause, last.sent);
  }

  /** Shows this certificate on every new connection. */
  useIdentity(identity: KeyPairPem): void {
    this.former.push(this.agent);
    this.agent = this.agentWith(identity);
  }

  close(): void {
    for (const agent of [this.agent, ...this.former]) agent.destroy();
  }

  private agentWith({ privateKey, certificate }: KeyPairPem): Agent {
    return new Agent({
      keepAlive: true,
      maxSockets: 32,
      // Shorter than the server's keep-alive: an idle connection is never picked up while the other end drops it.
      timeout: 30_000,
      key: privateKey,
      cert: certificate,
      ca: this.options.authority,
      servername: serverNameOf(this.options.setId),
      minVersion: 'TLSv1.3',
    });
  }

  private post<T>(address: string, { name, body, headers }: Order, timeout: number): Promise<T> {
    return new Promise((resolve, reject) => {
      let sent = false;
      const request = httpsRequest(new URL(`/cluster/v1/${name}`, address), {
        agent: this.agent,
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/msgpack', 'content-length': body.length },
      });
      const timer = setTimeout(() => request.destroy(new Error('no answer in time')), timeout);
      request.on('socket', (socket) => {
        const mark = (): void => void (sent = true);
        if (!socket.connecting) mark();
        else socket.once('secureConnect', mark);
      });
      request.on('response', (response) => {
        readAnswer<T>(response).then(resolve, (error) =>
          reject(isTidelockError(error) ? error : new TransportError(error, true)),
        );
      });
      request.on('error', (error) => reject(new TransportError(error, sent)));
      request.on('close', () => clearTimeout(timer));
      request.end(body);
    });
  }
}

class TransportError extends Error {
  constructor(
    override readonly cause: unknown,
    readonly sent: boolean,
  ) {
    super(reasonOf(cause));
  }
}

async function readAnswer<T>(response: IncomingMessage): Promise<T> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const value = decodeCall<T>(Buffer.concat(chunks));
  if (response.statusCode === 200) return value;
  throw errorOf(value as CallFailure);
}
