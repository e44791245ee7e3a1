import { firstOf, type Trouble, troubleOf } from './trouble';

/** An answer with a status of 400 or more. `errors` are the server's texts. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly method: string,
    readonly url: string,
    readonly status: number,
    readonly errors: readonly string[],
    /** The answer's body where it was JSON: a batch may carry `data` beside its errors. */
    readonly body?: unknown,
  ) {
    super(`${method} ${url} answered ${status}${errors.length === 0 ? '' : `: ${errors.join('; ')}`}`);
  }
}

/** No answer came: refused, cut off, not trusted or too late. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';

  /** @param trouble what that means, where it is known. */
  constructor(
    method: string,
    readonly url: string,
    cause: unknown,
    readonly trouble?: Trouble,
  ) {
    super(`${method} ${url}: ${trouble ? `${trouble.text} (${causeText(cause)})` : causeText(cause)}`, { cause });
  }

  static async of(method: string, url: URL, cause: unknown): Promise<ConnectionError> {
    return new ConnectionError(method, url.href, cause, await troubleOf(cause, url));
  }
}

function causeText(error: unknown): string {
  const cause = firstOf(error);
  return cause instanceof Error
    ? (cause.message || (cause as NodeJS.ErrnoException).code || cause.name).trim()
    : String(cause);
}
