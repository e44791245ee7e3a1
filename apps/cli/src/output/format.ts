import { RawJson, stringifyJson } from '@tidelock/kernel';
import { UsageError } from '../flags/parse-flags';

/** Members of an object, however it came. */
export type Members = Readonly<Record<string, unknown>>;

/** Text of a value within a table: lists in brackets, nothing as `n/a`. */
export function cell(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'n/a';
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => (typeof item === 'string' ? item : cell(item))).join(' ')}]`;
  if (typeof value === 'object') return `map[${Object.entries(value).map(([key, inner]) => `${key}:${cell(inner)}`).join(' ')}]`;
  return String(value);
}

/** Two columns under a heading, as Vault's command prints them. */
export function table(rows: readonly (readonly [string, unknown])[], heading: readonly [string, string] = ['Key', 'Value']): string {
  const width = Math.max(heading[0].length, ...rows.map(([key]) => key.length)) + 4;
  const line = (left: string, right: string): string => `${left.padEnd(width)}${right}`.trimEnd();
  return [line(...heading), line(...(heading.map((word) => '-'.repeat(word.length)) as [string, string])), ...rows.map(([key, value]) => line(key, cell(value)))].join('\n');
}

/** A column of names. */
export const column = (heading: string, names: readonly string[]): string => [heading, '-'.repeat(heading.length), ...names].join('\n');

/** @throws {UsageError} for a format that is not known. */
export function render(format: string, document: unknown, asTable: () => string): string {
  switch (format.toLowerCase()) {
    case 'table':
    case 'pretty':
      return asTable();
    case 'json':
      return stringifyJson(document).length > 0 ? indent(stringifyJson(document)) : '';
    case 'yaml':
    case 'yml':
      return yaml(document, '');
    case 'raw':
      return stringifyJson(document);
    default:
      throw new UsageError(`invalid output format: ${format}; there are table, json, yaml and raw`);
  }
}

const OPENING = /[[{]/;
const CLOSING = /[\]}]/;

/** Two spaces a level, numbers as they are. */
function indent(json: string): string {
  let depth = 0;
  const line = (): string => `\n${'  '.repeat(depth)}`;
  const open = (token: string, next: string): string => {
    depth += 1;
    return CLOSING.test(next) ? token : `${token}${line()}`;
  };
  const close = (token: string, before: string): string => {
    depth -= 1;
    return OPENING.test(before) ? token : `${line()}${token}`;
  };
  return json.replace(/"(?:[^"\\]|\\.)*"|[[\]{}:,]/g, (token, at: number) => {
    if (OPENING.test(token) && token.length === 1) return open(token, json[at + 1] ?? '');
    if (CLOSING.test(token) && token.length === 1) return close(token, json[at - 1] ?? '');
    if (token === ',') return `,${line()}`;
    return token === ':' ? ': ' : token;
  });
}

function yaml(value: unknown, margin: string): string {
  if (value instanceof RawJson) return value.text;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const entries: [string, unknown][] = Array.isArray(value) ? value.map((item) => ['-', item]) : Object.entries(value);
  if (entries.length === 0) return Array.isArray(value) ? '[]' : '{}';
  return entries
    .map(([key, inner]) => {
      const nested = typeof inner === 'object' && inner !== null && !(inner instanceof RawJson) && Object.keys(inner).length > 0;
      const head = key === '-' ? '-' : `${key}:`;
      return nested ? `${margin}${head}\n${yaml(inner, `${margin}  `)}` : `${margin}${head} ${yaml(inner, '')}`;
    })
    .join('\n');
}
