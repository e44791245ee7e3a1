import type { MountView } from '@tidelock/engine-api';
import type { IncomingRequest } from './context';

type Headers = IncomingRequest['headers'];

/** Never for an engine, whatever the mount says. */
const TOKEN_HEADER = 'x-vault-token';

/** What the mount lets through to its engine: never the client's token, in whichever header it came. */
export function requestHeadersFor(
  { passthroughRequestHeaders = [] }: MountView,
  { headers, clientToken }: Pick<IncomingRequest, 'headers' | 'clientToken'>,
): Headers {
  if (passthroughRequestHeaders.length === 0) return {};
  const passed = allowed(headers, passthroughRequestHeaders);
  return Object.fromEntries(
    Object.entries(passed).filter(([name, value]) => name !== TOKEN_HEADER && !holds(value, clientToken)),
  );
}

/** What the mount lets its engine tell the client beside the answer. */
export function responseHeadersOf(
  { allowedResponseHeaders = [] }: MountView,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return allowed(headers, allowedResponseHeaders);
}

function allowed<T>(headers: Readonly<Record<string, T>>, names: readonly string[]): Readonly<Record<string, T>> {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => known.has(name.toLowerCase())));
}

const holds = (value: Headers[string], token: string): boolean =>
  token !== '' && [value].flat().some((text) => text.includes(token));
