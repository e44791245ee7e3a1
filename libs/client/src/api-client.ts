import { setTimeout as wait } from 'node:timers/promises';
import { parseJson, stringifyJson } from '@tidelock/kernel';
import { ApiError, ConnectionError } from './api-error';
import type { TlsSettings } from './tls-settings';
import { kindOf, type TroubleKind } from './trouble';
import { type RawRequest, type RawResponse, Transport } from './transport';

const SHORTEST_MS = 1_000;
const LONGEST_MS = 1_500;

/** What Vault's Go client asks again: a state not yet there, and servers that may recover. */
const isWorthRetrying = (status: number): boolean => status === 412 || (status >= 500 && status !== 501);

/** Between 1 and 1.5 seconds, so that many clients do not come back at once. */
const retryDelay = (random: () => number = Math.random): number => SHORTEST_MS + random() * (LONGEST_MS - SHORTEST_MS);

const REDIRECTS = new Set([301, 302, 307, 308]);

export interface ClientOptions {
  /** `http://host:port` or `https://host:port`. */
  readonly address: string;
  readonly token?: string | undefined;
  readonly namespace?: string | undefined;
  readonly tls?: TlsSettings | undefined;
  /** Default 60 s, each attempt by itself. */
  readonly timeoutMs?: number | undefined;
  /** How often a 412, a 5xx or a failed connection is tried again; default 2. */
  readonly maxRetries?: number | undefined;
  /** Milliseconds before the next attempt. */
  readonly retryDelayMs?: (() => number) | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string | string[]>> | undefined;
}

export interface RequestOptions {
  /** An object is written as JSON, a string is sent as it is. */
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Asks for a wrapped answer: `60s`, `5m`. */
  readonly wrapTtl?: string | undefined;
  readonly token?: string;
}

export interface ApiResponse extends RawResponse {
  /** The body where it is JSON, numbers lossless (`parseJson`); undefined where there is none. */
  readonly body: unknown;
}

/** A client of the HTTP API. Paths are given without `/v1/`. */
export class ApiClient {
  private readonly transport: Transport;
  private readonly base: string;

  /** @throws {TypeError} when the address is not an http or https URL; {Error} when a TLS file cannot be read. */
  constructor(private readonly options: ClientOptions) {
    this.base = baseOf(options.address);
    this.transport = new Transport(options.tls ?? {}, options.timeoutMs ?? 60_000);
  }

  async read(path: string, query: RequestOptions['query'] = {}): Promise<ApiResponse> {
    return this.request('GET', path, { query });
  }

  async write(path: string, body: unknown = {}): Promise<ApiResponse> {
    return this.request('PUT', path, { body });
  }

  /**
   * @throws {ApiError} on a status of 400 and more.
   * @throws {ConnectionError} when no answer came.
   * @throws {TypeError} when the path has a segment `.` or `..`.
   */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<ApiResponse> {
    const response = await this.send(method, path, options);
    if (response.status < 400) return response;
    throw new ApiError(
      verbOf(method),
      this.urlOf(method, path, options).href,
      response.status,
      errorsOf(response),
      response.body,
    );
  }

  /** Like `request`, but every answer counts, whatever its status. `LIST` goes out as `GET ?list=true`. */
  async send(method: string, path: string, options: RequestOptions = {}): Promise<ApiResponse> {
    const url = this.urlOf(method, path, options);
    const { body } = options;
    const raw = await this.attempt({
      method: verbOf(method),
      url,
      headers: this.headersOf(options),
      body: typeof body === 'string' || body === undefined ? body : stringifyJson(body),
    });
    return { ...raw, body: bodyOf(raw) };
  }

  private async attempt(request: RawRequest): Promise<RawResponse> {
    const { maxRetries = 2, retryDelayMs = retryDelay } = this.options;
    for (let left = maxRetries; ; left -= 1) {
      const outcome = await this.once(request).catch((cause: unknown) => new NoAnswer(cause));
      const failed = outcome instanceof NoAnswer;
      if (left <= 0 || !(failed ? mayPass(outcome.cause) : isWorthRetrying(outcome.status))) {
        if (failed) throw await ConnectionError.of(request.method, request.url, outcome.cause);
        return outcome;
      }
      // eslint-disable-next-line tidelock/recurring-timers -- a request is tried again a few times
      await wait(retryDelayMs());
    }
  }

  /** One redirect is followed (a standby naming its active node), never from https to http. */
  private async once(request: RawRequest): Promise<RawResponse> {
    const response = await this.transport.send(request);
    const { location } = response.headers;
    if (!REDIRECTS.has(response.status) || location === undefined) return response;
    const url = new URL(location, request.url);
    if (request.url.protocol === 'https:' && url.protocol !== 'https:') throw new Error('redirect would leave TLS');
    return this.transport.send({ ...request, url });
  }

  private urlOf(method: string, path: string, { query = {} }: RequestOptions): URL {
    const url = new URL(`${this.base}/v1/${encodePath(path)}`);
    for (const [name, values] of Object.entries(query)) {
      for (const value of [values].flat()) url.searchParams.append(name, value);
    }
    if (method === 'LIST') url.searchParams.set('list', 'true');
    return url;
  }

  private headersOf({ headers, wrapTtl, token = this.options.token }: RequestOptions): RawRequest['headers'] {
    return {
      'x-vault-request': 'true',
      ...this.options.headers,
      ...(token && { 'x-vault-token': token }),
      ...(this.options.namespace && { 'x-vault-namespace': this.options.namespace }),
      ...(wrapTtl && { 'x-vault-wrap-ttl': wrapTtl }),
      ...headers,
    };
  }
}

class NoAnswer {
  constructor(readonly cause: unknown) {}
}

/** A certificate or a protocol will not be another in a second. */
const LASTING: ReadonlySet<TroubleKind | undefined> = new Set([
  'speaks-http',
  'unknown-authority',
  'expired',
  'not-yet-valid',
  'other-name',
]);

const mayPass = (cause: unknown): boolean => !LASTING.has(kindOf(cause));

const verbOf = (method: string): string => (method === 'LIST' ? 'GET' : method);

function baseOf(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new TypeError(`address ${JSON.stringify(address)}: expected http://host:port or https://host:port`);
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** Segments keep their slashes; all that a URL gives another meaning is escaped. */
function encodePath(path: string): string {
  const segments = path.replace(/^\/+/, '').split('/');
  // A URL would resolve them, escaped or not, and ask for another path than was meant.
  if (segments.some((segment) => segment === '.' || segment === '..'))
    throw new TypeError('path cannot contain parent references');
  return segments.map(encodeURIComponent).join('/');
}

function bodyOf({ text }: RawResponse): unknown {
  if (text.trim() === '') return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function errorsOf({ body, text }: ApiResponse): string[] {
  if (typeof body === 'object' && body !== null && 'errors' in body && Array.isArray(body.errors))
    return body.errors.map(String);
  return body === undefined && text.trim() !== '' ? [text.trim()] : [];
}
