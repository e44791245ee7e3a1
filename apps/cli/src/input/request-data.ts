import { readFile } from 'node:fs/promises';
import { parseJson } from '@tidelock/kernel';
import { LocalError } from '../call/local-error';
import type { Terminal } from '../call/terminal';

export type RequestData = Record<string, unknown>;

/**
 * Builds a request's data from words, as Vault's command does: `key=value`, `key=@file`, `key=-` (the standard input),
 * `@file.json` and `-` (a JSON object). `key=\@text` is a text that begins with `@`. A key given twice becomes a list.
 *
 * @throws {LocalError} for a word of another shape, an unreadable file, or input that is no JSON object.
 */
export async function requestData(words: readonly string[], terminal: Terminal): Promise<RequestData> {
  if (words.filter((word) => word === '-' || word.endsWith('=-')).length > 1)
    throw new LocalError('the standard input ("-") can be read once only');
  const data: RequestData = {};
  for (const word of words) {
    if (word === '-') Object.assign(data, objectOf(await terminal.readAll(), 'the standard input'));
    else if (word.startsWith('@')) Object.assign(data, objectOf(await fileOf(word.slice(1)), word.slice(1)));
    else await addPair(data, word, terminal);
  }
  return data;
}

async function addPair(data: RequestData, word: string, terminal: Terminal): Promise<void> {
  const split = word.indexOf('=');
  if (split < 1) throw new LocalError(`invalid key/value pair ${JSON.stringify(word)}: format must be key=value`);
  const key = word.slice(0, split);
  const value = await valueOf(word.slice(split + 1), terminal);
  data[key] = Object.hasOwn(data, key) ? [data[key], value].flat() : value;
}

async function valueOf(text: string, terminal: Terminal): Promise<string> {
  if (text === '-') return terminal.readAll();
  if (text.startsWith('@')) return fileOf(text.slice(1));
  return text.startsWith('\\@') ? text.slice(1) : text;
}

async function fileOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: Error) => {
    throw new LocalError(`cannot read ${path}: ${error.message}`);
  });
}

function objectOf(text: string, source: string): RequestData {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    // Below: the parser's message would quote what it read.
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new LocalError(`${source} holds no JSON object`);
  return value as RequestData;
}
