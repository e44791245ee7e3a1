import { addressOf, type ApiRequest } from './request';

/** A call as what is typed into a shell: token and address are in its environment. */
export interface ShellCommand {
  readonly name: 'tidelock' | 'vault' | 'curl';
  readonly text: string;
}

/**
 * In the order of how short they are. Both command lines have the same verbs; a call that none of them makes has `curl` alone.
 *
 * @throws where the call cannot be sent.
 */
export function commandsFor(request: ApiRequest, origin: string): readonly ShellCommand[] {
  const words = wordsOf(request);
  return [
    ...(words === undefined
      ? []
      : (['tidelock', 'vault'] as const).map((name) => ({ name, text: `${name} ${words}` }))),
    { name: 'curl', text: asCurl(request, origin) },
  ];
}

/** The command with the address in it. @throws where the call cannot be sent. */
export function asCurl(request: ApiRequest, origin: string): string {
  const { method, body, wrapTtl } = request;
  return [
    'curl',
    ...(method === 'GET' ? [] : ['-X', method]),
    '-H "X-Vault-Token: $VAULT_TOKEN"',
    "-H 'X-Vault-Request: true'",
    ...(wrapTtl === undefined ? [] : ['-H', quoted(`X-Vault-Wrap-TTL: ${wrapTtl}`)]),
    ...(method === 'PATCH' ? ["-H 'Content-Type: application/merge-patch+json'"] : []),
    ...(body === undefined ? [] : ['-d', quoted(JSON.stringify(body))]),
    quoted(origin + addressOf(request)),
  ].join(' ');
}

/** What stands behind `tidelock` or `vault`; `undefined`: the command line has no verb for it. */
function wordsOf(request: ApiRequest): string | undefined {
  if (!isPlain(request.path)) return undefined;
  const words = verbOf(request);
  return request.wrapTtl === undefined ? words : words?.replace(/^\S+/, `$& -wrap-ttl=${bare(request.wrapTtl)}`);
}

function verbOf(request: ApiRequest): string | undefined {
  if (request.method === 'POST') return request.query === undefined ? written(request) : undefined;
  return request.method === 'PATCH' || request.body !== undefined ? undefined : asked(request);
}

function asked({ method, path, query = {} }: ApiRequest): string | undefined {
  const { list, ...rest } = query;
  if (method === 'GET' && list === 'true') return Object.keys(rest).length === 0 ? `list ${bare(path)}` : undefined;
  const pairs = pairsOf(query);
  return pairs && [method === 'GET' ? 'read' : 'delete', bare(path), ...pairs].join(' ');
}

/** The command line takes slashes around a path, dots in it and a dash before it for something else. */
const isPlain = (path: string): boolean =>
  !path.startsWith('-') && path.split('/').every((segment) => !['', '.', '..'].includes(segment));

/** `key=value` makes texts: what has anything else in it is given as it is. */
function written({ path, body = {} }: ApiRequest): string {
  if (Object.keys(body).length === 0) return `write -force ${bare(path)}`;
  const pairs = pairsOf(body);
  return pairs === undefined
    ? `write ${bare(path)} - <<'EOF'\n${JSON.stringify(body)}\nEOF`
    : ['write', bare(path), ...pairs].join(' ');
}

function pairsOf(fields: Readonly<Record<string, unknown>>): string[] | undefined {
  const pairs = Object.entries(fields).map(([key, value]) => pairOf(key, value));
  return pairs.every((pair) => pair !== undefined) ? pairs : undefined;
}

/** `-` alone would be the standard input; a value that begins with `@`, a file. */
function pairOf(key: string, value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '-' || !/^[\w.\/]+$/.test(key)) return undefined;
  const text = value.replace(/^(?=@|\\@)/, '\\');
  return `${key}=${bare(text)}`;
}

/** Quoted where a shell would take it for more than a text. */
const bare = (text: string): string => (/^[\w.,:\/@%+-]*$/.test(text) ? text : quoted(text));

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
