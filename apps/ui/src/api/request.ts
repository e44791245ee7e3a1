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

/** Each segment is encoded by itself, so that `%`, `#`, `?` and spaces in names arrive as they are. */
export function addressOf({ path, query }: Pick<ApiRequest, 'path' | 'query'>): string {
  const address = `/v1/${path.split('/').map(encodeURIComponent).join('/')}`;
  return query === undefined ? address : `${address}?${new URLSearchParams(query)}`;
}
