/** An answer of the API: `body` is the parsed JSON, or undefined without one. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // Bodies are as various as the API; tests say what they expect of them.
  readonly body: Json;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shape of an answer is what a test states
export type Json = any;

/** Speaks to one server, the way any client does. */
export class Api {
  constructor(
    readonly address: string,
    readonly token = '',
    /** How long an answer may take, ms; default: as long as it wants. */
    private readonly patienceMs?: number,
  ) {}

  as(token: string): Api {
    return new Api(this.address, token, this.patienceMs);
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer> {
    const response = await fetch(`${this.address}/v1/${path}`, {
      method,
      headers: { ...(this.token && { 'X-Vault-Token': this.token }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(this.patienceMs !== undefined && { signal: AbortSignal.timeout(this.patienceMs) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  get(path: string): Promise<ApiAnswer> {
    return this.request('GET', path);
  }

  list(path: string): Promise<ApiAnswer> {
    return this.request('GET', `${path}?list=true`);
  }

  post(path: string, body: unknown = {}, headers?: Record<string, string>): Promise<ApiAnswer> {
    return this.request('POST', path, body, headers);
  }

  delete(path: string): Promise<ApiAnswer> {
    return this.request('DELETE', path);
  }

  /** As `request`, for calls that must succeed. @returns the parsed body. */
  async must(method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await this.request(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${this.address}/v1/${path} answered ${answer.status}: ${answer.text}`);
    return answer.body;
  }
}

/** Waits for something that comes about by itself; says what, when it does not. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | false | undefined>,
  patienceMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (let last: unknown; ; await new Promise((wake) => setTimeout(wake, 50))) {
    try {
      const found = await probe();
      if (found !== false && found !== undefined) return found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}${last ? `: ${String(last)}` : ''}`);
  }
}
