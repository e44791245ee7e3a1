import { readFileSync } from 'node:fs';
import { parseJson } from '@tidelock/kernel';
import { UsageError } from '../flags/parse-flags';

/**
 * Data from the command line: `key=value`, `key=@file`, `key=-` (standard input), `@file.json` and `-` for a whole document.
 * Values are strings; a key given twice makes a list.
 */
export function dataFrom(args: readonly string[]): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (const arg of args) {
    if (arg === '-') Object.assign(data, documentIn(readFileSync(0, 'utf8'), 'standard input'));
    else if (arg.startsWith('@')) Object.assign(data, documentIn(read(arg.slice(1)), arg.slice(1)));
    else addPair(data, arg);
  }
  return data;
}

function addPair(data: Record<string, unknown>, arg: string): void {
  const split = arg.indexOf('=');
  if (split <= 0) throw new UsageError(`invalid key/value pair "${arg}": format must be key=value`);
  const [key, text] = [arg.slice(0, split), arg.slice(split + 1)];
  const value = valueOf(text);
  data[key] = key in data ? [data[key], value].flat() : value;
}

function valueOf(text: string): string {
  if (text === '-') return readFileSync(0, 'utf8');
  if (text.startsWith('\\@')) return text.slice(1);
  return text.startsWith('@') ? read(text.slice(1)) : text;
}

function documentIn(text: string, place: string): Record<string, unknown> {
  try {
    return parseJson(text) as Record<string, unknown>;
  } catch (error) {
    throw new UsageError(`${place} is not JSON: ${(error as Error).message}`);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`error reading ${file}: ${(error as Error).message}`);
  }
}
