import { badRequest, RawJson } from '@tidelock/kernel';
import { isJsonObject, type JsonObject } from './json';
import type { KeyMetadata, KvConfig } from './key-metadata';

/** The `data` member of a write. @throws {TidelockError} INVALID_REQUEST when it is missing or no object. */
export function dataOf(raw: JsonObject): JsonObject {
  if (raw['data'] === undefined || raw['data'] === null) throw badRequest('no data provided');
  if (!isJsonObject(raw['data'])) throw conversionError('data', 'an object');
  return raw['data'];
}

/** Compares `options.cas` with the current version, where it is given or required. */
export function checkAndSet(raw: JsonObject, config: KvConfig, meta: KeyMetadata): void {
  const options = raw['options'] ?? {};
  if (!isJsonObject(options)) throw conversionError('options', 'an object');
  if ('cas' in options) {
    const expected = integerOf(options['cas'] ?? 0);
    if (expected === undefined) throw badRequest('error parsing check-and-set parameter');
    if (expected !== meta.current_version)
      throw badRequest('check-and-set parameter did not match the current version');
  } else if (config.cas_required || meta.cas_required) {
    throw badRequest('check-and-set parameter required for this call');
  }
}

/** A number of the query (`version`, `depth`): 0 when it is absent or negative. */
export function numberOf(raw: JsonObject, name: string): number {
  const value = raw[name];
  if (value === undefined || value === null || value === '') return 0;
  const number = integerOf(value);
  if (number === undefined) throw conversionError(name, 'an integer');
  return Math.max(number, 0);
}

/** `versions`: integers in an array, in comma-separated text, or a single one. */
export function versionsOf(raw: JsonObject): number[] {
  const given = raw['versions'] ?? [];
  const items: unknown[] =
    typeof given === 'string' ? given.split(',').filter((item) => item.trim() !== '') : [given].flat();
  if (items.length === 0) throw badRequest('No version number provided');
  return items.map((item) => {
    const version = integerOf(item);
    if (version === undefined) throw conversionError('versions', 'integers');
    return version;
  });
}

function integerOf(value: unknown): number | undefined {
  const text = value instanceof RawJson ? value.text : value;
  if (typeof text !== 'number' && typeof text !== 'string') return undefined;
  if (typeof text === 'string' && !/^\s*[+-]?\d+\s*$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isInteger(number) ? number : undefined;
}

export const conversionError = (name: string, expected: string) =>
  badRequest(`error converting input for field "${name}": expected ${expected}`);
