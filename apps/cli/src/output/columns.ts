import { RawJson } from '@tidelock/kernel';

const GAP = '    ';

/** Rows under a head, columns padded as Vault's command does it. */
export function columns(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const all = [head, head.map((title) => '-'.repeat(title.length)), ...rows];
  const widths = head.map((_, at) => Math.max(...all.map((row) => [...(row[at] ?? '')].length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => cell.padEnd(widths[at] as number))
      .join(GAP)
      .trimEnd();
  return `${all.map(line).join('\n')}\n`;
}

/** One column, `Keys`. */
export const keyTable = (keys: readonly string[]): string =>
  columns(
    ['Keys'],
    keys.map((key) => [key]),
  );

/** Two columns, `Key` and `Value`. */
export const keyValueTable = (rows: ReadonlyArray<readonly [string, unknown]>): string =>
  columns(
    ['Key', 'Value'],
    rows.map(([key, value]) => [key, cell(value)]),
  );

/** A value in one line: `[a b]` for lists, `map[a:1 b:2]` for maps, `<nil>` for nothing. */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(cell).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${pairs.map(([key, item]) => `${key}:${cell(item)}`).join(' ')}]`;
}
