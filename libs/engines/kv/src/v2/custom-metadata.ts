import { badRequest, multiError, RawJson, TidelockError } from '@tidelock/kernel';
import { conversionError } from './input';
import { isJsonObject } from './json';

const MAX_KEYS = 64;
const MAX_KEY_BYTES = 128;
const MAX_VALUE_BYTES = 512;
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;
const FAILED = 'custom_metadata validation failed';

/**
 * Checks custom metadata and turns its values into text; numbers keep theirs.
 *
 * @throws {TidelockError} INVALID_REQUEST with every limit that is broken.
 */
export function customMetadataOf(value: unknown): Record<string, string> {
  if (!isJsonObject(value)) throw conversionError('custom_metadata', 'an object');
  const entries = Object.entries(value).map(([key, item]): [string, string] => [key, textOf(item)]);
  if (entries.length > MAX_KEYS) {
    throw badRequest(
      multiError([`${FAILED}: payload must contain at most ${MAX_KEYS} keys, provided ${entries.length}`]),
    );
  }
  const faults = entries.flatMap(([key, text]) => faultsOf(key, text));
  if (faults.length > 0) throw new TidelockError('INVALID_REQUEST', multiError(faults));
  return Object.fromEntries(entries);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof RawJson) return value.text;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (value === null) return '';
  throw conversionError('custom_metadata', 'values that are strings');
}

function faultsOf(key: string, value: string): string[] {
  const [keyBytes, valueBytes] = [Buffer.byteLength(key), Buffer.byteLength(value)];
  const faults: string[] = [];
  if (keyBytes === 0 || keyBytes > MAX_KEY_BYTES) {
    faults.push(
      `${FAILED}: length of key ${JSON.stringify(key)} is ${keyBytes} but must be 0 < len(key) <= ${MAX_KEY_BYTES}`,
    );
  }
  if (valueBytes === 0 || valueBytes > MAX_VALUE_BYTES) {
    faults.push(
      `${FAILED}: length of value for key ${JSON.stringify(key)} is ${valueBytes} but must be 0 < len(value) <= ${MAX_VALUE_BYTES}`,
    );
  }
  if (UNPRINTABLE.test(key)) faults.push(`${FAILED}: key ${JSON.stringify(key)} contains unprintable characters`);
  if (UNPRINTABLE.test(value))
    faults.push(`${FAILED}: value for key ${JSON.stringify(key)} contains unprintable characters`);
  return faults;
}
