import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { parseJson, stringifyJson } from '@tidelock/kernel';
import { ApiError } from './api-error';

export interface TlsOptions {
  /** PEM texts of trusted authorities; absent = the system's. */
  readonly ca?: readonly string[];
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  readonly skipVerify?: boolean;
}

export interface ClientOptions {
  /** `http://127.0.0.1:8200`. */
  readonly address: string;
  readonly token?: string;
  readonly namespace?: string;
  readonly tls?: TlsOptions;
  readonly wrapTtl?: string;
  /** Default 60 s. */
  readonly timeoutMilliseconds?: number;
  /** Repetitions after 412 and 5xx (not 501), as Vault's client does; default 2. */
  readonly maxRetries?: number;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'LIST';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Parsed JSON, numbers to the letter; `undefined` without a body. */
  readonly body: unknown;
}

const RETRY_PAUSE_MS = 1000;

/** Speaks Vault's HTTP API to one address. */
export class ApiClient {
  private readonly agent: HttpAgent;

  constructor(private readonly options: ClientOptions) {
    const { address, tls = {} } = options;
    this.agent = address.startsWith('https:') ? new HttpsAgent({ keepAlive: true, ...tlsOptionsOf(tls) }) : new HttpAgent({ keepAlive: true });
  }

  read(path: string, query?: Readonly<Record<string, string>>): Promise<ApiAnswer> {
    return this.request('GET', path, undefined, query);
  }

  list(path: string): Promise<ApiAnswer> {
    return this.request('LIST', path);
  }

  write(path: string, data: unknown = {}): Promise<ApiAnswer> {
    return this.request('PUT', path, data);
  }

  delete(path: string, query?: Readonly<Record<string, string>>): Promise<ApiAnswer> {
    return this.request('DELETE', path, undefined, query);
  }

  /** @throws {ApiError} for every status of 400 and above, and when there is no answer. */
  async request(method: Method, path: string, data?: unknown, query: Readonly<Record<string, string>> = {}): Promise<ApiAnswer> {
    for (let left = this.options.maxRetries ?? 2; ; left -= 1) {
      const answer = await this.once(method, path, data, query);
      if (answer.status < 400) return answer;
      if (left <= 0 || !isWorthRetrying(answer.status)) throw new ApiError(answer.status, `${method} ${this.urlOf(path, {}).href}`, answer.body);
      await new Promise((wake) => setTimeout(wake, RETRY_PAUSE_MS));
    }
  }

  /** The answer whatever its status (health, seal-status). @throws {ApiError} when there is none. */
  once(method: Method, path: string, data?: unknown, query: Readonly<Record<string, string>> = {}): Promise<ApiAnswer> {
    const listing = method === 'LIST';
    const url = this.urlOf(path, listing ? { ...query, list: 'true' } : query);
    const body = data === undefined ? undefined : stringifyJson(data);
    return new Promise((resolve, reject) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const request = send(url, { agent: this.agent, method: listing ? 'GET' : method, headers: this.headersOf(body) }, (response) => {
        readAnswer(response).then(resolve, reject);
      });
      const timer = setTimeout(() => request.destroy(new Error('no answer in time')), this.options.timeoutMilliseconds ?? 60_000);
      request.on('error', (error) => reject(new ApiError(0, `${method} ${url.href}`, { errors: [error.message] })));
      request.on('close', () => clearTimeout(timer));
      request.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }

  private urlOf(path: string, query: Readonly<Record<string, string>>): URL {
    const url = new URL(`${this.options.address.replace(/\/+$/, '')}/v1/${encodePath(path)}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  private headersOf(body: string | undefined): Record<string, string | number> {
    const { token, namespace, wrapTtl } = this.options;
    return {
      'X-Vault-Request': 'true',
      ...(token && { 'X-Vault-Token': token }),
      ...(namespace && { 'X-Vault-Namespace': namespace }),
      ...(wrapTtl && { 'X-Vault-Wrap-TTL': wrapTtl }),
      ...(body !== undefined && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
    };
  }
}

const encodePath = (path: string): string => path.replace(/^\/+/, '').split('/').map(encodeURIComponent).join('/');

const isWorthRetrying = (status: number): boolean => status === 412 || (status >= 500 && status !== 501);

function tlsOptionsOf({ ca, cert, key, serverName, skipVerify }: TlsOptions): Record<string, unknown> {
  return {
    ...(ca && { ca: [...ca] }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(serverName && { servername: serverName }),
    ...(skipVerify && { rejectUnauthorized: false }),
  };
}

async function readAnswer(response: IncomingMessage): Promise<ApiAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: response.statusCode ?? 0, headers: response.headers, body: bodyOf(text) };
}

function bodyOf(text: string): unknown {
  if (text === '') return undefined;
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
