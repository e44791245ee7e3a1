import type { ApiResponse } from '@tidelock/client';
import type { Call } from '../call/command';
import { LocalError } from '../call/local-error';
import { cell, keyTable, keyValueTable } from './columns';
import { prettyJson } from './json';
import { keysOf, rowsOf, type Secret, secretOf } from './secret';
import { yaml } from './yaml';

const FORMATS = ['table', 'json', 'yaml', 'raw'] as const;
export type Format = (typeof FORMATS)[number];

/** @throws {LocalError} for a format there is not. */
export function formatOf({ flags, environment }: Call): Format {
  const wanted = flags.text('format') ?? environment.get('FORMAT') ?? 'table';
  const format = FORMATS.find((one) => one === wanted.toLowerCase());
  if (format === undefined)
    throw new LocalError(`Invalid output format: ${wanted} (expected table, json, yaml or raw)`);
  return format;
}

/** Data that is no answer's envelope: `table` says how a table of it looks. */
export function printData(call: Call, data: unknown, table: () => string): void {
  const format = formatOf(call);
  if (format === 'json') call.terminal.out(`${prettyJson(data)}\n`);
  else if (format === 'yaml') call.terminal.out(yaml(data));
  else call.terminal.out(table());
}

/** An answer: as its format and `-field` want it. @returns the exit code. */
export function printAnswer(call: Call, response: ApiResponse): number {
  const format = formatOf(call);
  const secret = secretOf(response.body);
  const field = call.flags.text('field');
  if (field !== undefined) return printField(call, secret ?? {}, field);
  if (format === 'raw') call.terminal.out(response.text.endsWith('\n') ? response.text : `${response.text}\n`);
  else if (format === 'table') printTable(call, secret ?? {});
  else printData(call, shown(response.body), () => '');
  return 0;
}

/** A list's keys. */
export function printKeys(call: Call, response: ApiResponse, keys: readonly string[]): number {
  if (formatOf(call) === 'raw') return printAnswer(call, response);
  printData(call, keys, () => keyTable(keys));
  return 0;
}

export function printWarnings({ terminal }: Call, warnings: Secret['warnings']): void {
  if (!warnings || warnings.length === 0) return;
  terminal.err(
    `WARNING! The following warnings were returned from Vault:\n\n${warnings.map((text) => `  * ${text}\n`).join('\n')}\n`,
  );
}

function printTable(call: Call, secret: Secret): void {
  printWarnings(call, secret.warnings);
  const keys = keysOf(secret);
  const rows = rowsOf(secret);
  if (keys !== undefined && rows.length === 1) call.terminal.out(keyTable(keys));
  else if (rows.length > 0) call.terminal.out(keyValueTable(rows));
}

function printField(call: Call, secret: Secret, field: string): number {
  const row = [...Object.entries(secret.data ?? {}), ...rowsOf(secret)].find(
    ([name]) => name.replace(/:$/, '') === field,
  );
  if (row === undefined) throw new LocalError(`Field "${field}" not present in secret`);
  const format = formatOf(call);
  const text = format === 'json' ? prettyJson(row[1]) : format === 'yaml' ? yaml(row[1]).trimEnd() : cell(row[1]);
  // Without a line break where another program reads: `export X=$(tidelock read -field=…)` and files stay exact.
  call.terminal.out(call.terminal.outputIsTerminal || format !== 'table' ? `${text}\n` : text);
  return 0;
}

/** Members that say nothing are left out. */
function shown(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body).filter(([name, value]) => value !== null || !['auth', 'wrap_info'].includes(name)),
  );
}
