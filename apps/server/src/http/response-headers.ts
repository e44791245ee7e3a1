type Headers = Readonly<Record<string, string | number>>;

/** Headers that a listener puts on its answers: on all (`default`), on those of a class (`4xx`), or of one status (`404`). */
export type ResponseHeaders = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What a listener says of a header wins over the answer, whatever case its name is written in; a status wins over its class, and this over `default`. */
export function withOwnHeaders(headers: Headers, status: number, own: ResponseHeaders | undefined): Headers {
  if (own === undefined) return headers;
  const mine = { ...own['default'], ...own[`${Math.floor(status / 100)}xx`], ...own[status] };
  const names = new Set(Object.keys(mine).map((name) => name.toLowerCase()));
  return { ...Object.fromEntries(Object.entries(headers).filter(([name]) => !names.has(name.toLowerCase()))), ...mine };
}
