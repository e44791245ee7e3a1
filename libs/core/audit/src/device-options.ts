import { toBoolean } from '@tidelock/engine-api';
import { badRequest } from '@tidelock/kernel';

/** How a device's lines are written, whatever its type. */
export interface LineOptions {
  /** Nothing is hashed. */
  readonly raw: boolean;
  readonly hashAccessors: boolean;
  /** Counts in the place of the names that a list answers with. */
  readonly elideLists: boolean;
  /** Put before every line. */
  readonly prefix: string;
}

/** @throws {TidelockError} INVALID_REQUEST for what is no boolean, and for a format other than `json`. */
export function lineOptionsOf(options: Readonly<Record<string, string>>): LineOptions {
  const format = options['format'] || 'json';
  if (format !== 'json') throw badRequest(`unsupported audit format ${JSON.stringify(format)}`);
  return {
    raw: booleanOf(options, 'log_raw', false),
    hashAccessors: booleanOf(options, 'hmac_accessor', true),
    elideLists: booleanOf(options, 'elide_list_responses', false),
    prefix: options['prefix'] ?? '',
  };
}

/**
 * A prefix with a line break would put lines of its own into the log, or make of a file a script.
 *
 * @throws {TidelockError} INVALID_REQUEST for one with a control character.
 */
export function requirePlainPrefix({ prefix = '' }: Readonly<Record<string, string>>): void {
  if (/\p{Cc}/u.test(prefix)) throw badRequest("'prefix' must not contain line breaks or other control characters");
}

/** Whether the test entry is left out: `skip_test`. */
export const skipsTest = (options: Readonly<Record<string, string>>): boolean => booleanOf(options, 'skip_test', false);

function booleanOf(options: Readonly<Record<string, string>>, name: string, byDefault: boolean): boolean {
  const text = options[name] ?? '';
  const value = text === '' ? byDefault : toBoolean(text);
  if (typeof value === 'boolean') return value;
  throw badRequest(`unable to parse '${name}': ${JSON.stringify(text)} is not a boolean`);
}
