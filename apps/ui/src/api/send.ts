import { ApiError } from './errors';
import { addressOf, type ApiRequest } from './request';

/** The frame of every answer of the API; what is not there is `null`. */
export interface Envelope<Data> {
  readonly data: Data;
  readonly warnings: readonly string[] | null;
  readonly auth: Auth | null;
  readonly wrap_info: WrapInfo | null;
}

/** What a login gives. */
export interface Auth {
  readonly client_token: string;
  readonly accessor: string;
  readonly policies: readonly string[];
  readonly display_name?: string;
  /** Seconds; 0: without end. */
  readonly lease_duration: number;
  readonly renewable: boolean;
  /** 0: without end. */
  readonly num_uses?: number;
}

export interface WrapInfo {
  readonly token: string;
  readonly ttl: number;
  readonly creation_time: string;
}

/** Longer than any request of a cluster takes. */
const PATIENCE_MS = 60_000;

/**
 * Makes a call.
 *
 * @param token absent: a call that needs none. Polls have none, so that they use none of its uses up and are no activity.
 * @param isAnswer statuses besides 2xx that are answers: `sys/health` tells by them.
 * @throws {ApiError}
 */
export async function send<Answer>(
  request: ApiRequest,
  { isAnswer = () => false, parse = JSON.parse, ...options }: SendOptions = {},
): Promise<Answer> {
  const { response, text } = await fetchInStep(request, options);
  const body = jsonIn(text, parse);
  if (response.ok || isAnswer(response.status)) return body as Answer;
  throw new ApiError(response.status, errorsIn(body));
}

/** The state behind the last change that was made here: a secondary answers from no earlier one. Nothing secret. */
let seen: string | undefined;

/** A secondary has waited for the state before it says that it is behind. It is asked once again, then for what it has. */
async function fetchInStep(request: ApiRequest, options: SendOptions): ReturnType<typeof fetchText> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetchText(request, options);
    if (answer.response.status !== 412 || attempt === 3) return answer;
    if (attempt === 2) seen = undefined;
  }
}

export interface SendOptions {
  readonly token?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly isAnswer?: (status: number) => boolean;
  /** How JSON is read; absent: with the numbers of JavaScript. */
  readonly parse?: (text: string) => unknown;
  /** The answer comes wrapped, for so long: `30m`. */
  readonly wrapTtl?: string;
}

async function fetchText(request: ApiRequest, { token, signal, wrapTtl }: SendOptions) {
  // What cannot be sent is told as what it is: it has nothing to do with the server.
  const address = addressOf(request);
  const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    const response = await fetch(address, {
      method: request.method,
      headers: { ...headersOf(request, token), ...(wrapTtl !== undefined && { 'X-Vault-Wrap-TTL': wrapTtl }) },
      ...body,
      signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
    const state = response.headers.get('X-Vault-Index');
    if (token !== undefined && state !== null) seen = state;
    return { response, text: await response.text() };
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, []);
  }
}

const headersOf = ({ method, body }: ApiRequest, token: string | undefined): Record<string, string> => ({
  'X-Vault-Request': 'true',
  ...(token !== undefined && { 'X-Vault-Token': token }),
  ...(token !== undefined && seen !== undefined && { 'X-Vault-Index': seen }),
  ...(body !== undefined && {
    'Content-Type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
  }),
});

function jsonIn(text: string, parse: (text: string) => unknown): unknown {
  try {
    return text === '' ? undefined : parse(text);
  } catch {
    return undefined;
  }
}

function errorsIn(body: unknown): string[] {
  const { errors } = (body ?? {}) as { errors?: unknown };
  return Array.isArray(errors) ? errors.map(String) : [];
}
