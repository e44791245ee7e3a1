/** A call to the API: made by `send`, and told to people as a command. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/v1/`, as a person writes it: not encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** The answer comes wrapped, for so long: `30m`. */
  readonly wrapTtl?: string;
}

/**
 * Each segment is encoded by itself, so that `%`, `#`, `?` and spaces in names arrive as they are.
 *
 * @throws where a segment is `.` or `..`: the browser would resolve it, escaped or not, and ask for another path than was meant.
 */
export function addressOf({ path, query }: Pick<ApiRequest, 'path' | 'query'>): string {
  const segments = path.split('/');
  if (segments.some((segment) => segment === '.' || segment === '..'))
    throw new Error(`No part of a path can be “.” or “..”: ${path} is not asked for.`);
  const address = `/v1/${segments.map(encodeURIComponent).join('/')}`;
  return query === undefined ? address : `${address}?${new URLSearchParams(query)}`;
}
