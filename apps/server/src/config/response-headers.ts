import { validateHeaderName, validateHeaderValue } from 'node:http';
import { hostname } from 'node:os';
import { plainOf } from '@tidelock/hcl';
import type { ResponseHeaders } from '../http/response-headers';
import { ConfigError } from './config-error';
import { blocksIn, type PlacedBlock, placeOf } from './sources';

const STATUS = /^(?:default|[1-5]xx|[1-5]\d\d)$/;
/** What says where an answer ends, and what Vault keeps for itself. */
const RESERVED =
  /^(?:x-vault-.*|connection|content-encoding|content-length|keep-alive|trailer|transfer-encoding|upgrade)$/i;

/** `custom_response_headers` in a listener. @throws {ConfigError} naming the status, or the header, that is no good. */
export function responseHeadersOf(listener: PlacedBlock, name: string): ResponseHeaders | undefined {
  const blocks = blocksIn([listener], 'custom_response_headers', 0);
  const entries = blocks.flatMap((block) => {
    const place = placeOf([block], `${name}: custom_response_headers`);
    return membersOf(plainOf(block.body)).map(([status, headers]) => {
      if (!STATUS.test(status))
        throw new ConfigError(
          `${place}: "${status}" must be a status (100 to 599), a class of them (1xx to 5xx) or "default"`,
        );
      return [status, headersOf(headers, `${place}: "${status}"`)] as const;
    });
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** `enable_response_header_hostname`. */
export const withHostName = (own: ResponseHeaders = {}): ResponseHeaders => ({
  ...own,
  default: { ...own['default'], 'X-Vault-Hostname': hostname() },
});

function headersOf(value: unknown, place: string): Record<string, string> {
  if (typeof value !== 'object')
    throw new ConfigError(`${place} must be a map from names of headers to lists of values`);
  const headers = membersOf(value).map(([name, values]) => [canonical(name), textOf(values, name, place)] as const);
  // Vault leaves a header without a value out.
  return Object.fromEntries(headers.filter(([, text]) => text !== ''));
}

function textOf(values: unknown, name: string, place: string): string {
  if (RESERVED.test(name)) throw new ConfigError(`${place}: the header "${name}" is the server's own: take it out`);
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) {
    throw new ConfigError(`${place}: the header "${name}" must have a list of strings, such as ["value"]`);
  }
  const text = values
    .map((value) => value.trim())
    .filter(Boolean)
    .join('; ');
  try {
    validateHeaderName(name);
    validateHeaderValue(name, text);
  } catch {
    throw new ConfigError(`${place}: the header "${name}" must have a name and values that HTTP permits`);
  }
  return text;
}

/** In JSON, as Vault writes it, a block is a list of one. */
const membersOf = (block: unknown): [string, unknown][] =>
  Object.entries((Array.isArray(block) && block.length === 1 ? block[0] : block) ?? {});

/** As Go writes it: one name, however it is spelt. */
const canonical = (name: string): string => name.toLowerCase().replace(/(?:^|-)[a-z]/g, (first) => first.toUpperCase());
