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

  constructor(method: string, url: string, cause: unknown) {
    super(`${method} ${url}: ${causeText(cause)}`, { cause });
  }
}

/** A refused dual-stack connection is an AggregateError without a text of its own. */
function causeText(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return causeText(cause.errors[0]);
  return cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code || cause.name : String(cause);
}
