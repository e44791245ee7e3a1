import { RawJson } from '@tidelock/kernel';

/** Texts that stand as they are: all others could be read as something else, and are quoted. */
const PLAIN = /^[A-Za-z_/][\w ./@+-]*$/;
const RESERVED = /^(?:true|false|yes|no|on|off|null|y|n)$/i;

/** YAML of JSON-like data, numbers as they came. Ends with a line break. */
export function yaml(value: unknown): string {
  return isBranch(value) ? `${lines(value).join('\n')}\n` : `${scalar(value)}\n`;
}

function lines(value: object): string[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => hung('- ', item));
  return Object.entries(value).flatMap(([key, item]) =>
    isBranch(item) ? [`${text(key)}:`, ...lines(item).map((line) => `  ${line}`)] : [`${text(key)}: ${scalar(item)}`],
  );
}

function hung(mark: string, item: unknown): string[] {
  if (!isBranch(item)) return [mark + scalar(item)];
  return lines(item).map((line, at) => (at === 0 ? mark : '  ') + line);
}

/** A list or map with something in it: what takes lines of its own. */
function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof RawJson) && Object.keys(value).length > 0;
}

function scalar(value: unknown): string {
  if (value instanceof RawJson) return value.text;
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return '[]';
  return typeof value === 'object' && value !== null ? '{}' : String(value ?? null);
}

function text(value: string): string {
  return PLAIN.test(value) && !RESERVED.test(value) && !value.endsWith(' ') ? value : JSON.stringify(value);
}
