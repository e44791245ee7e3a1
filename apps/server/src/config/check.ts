import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import type { HclObject } from '@tidelock/hcl';
import { plainOf } from '@tidelock/hcl';
import { ConfigError } from './config-error';

export interface Checked<T> {
  readonly value: T;
  /** Keys that are accepted and have no meaning here. */
  readonly ignored: readonly string[];
}

export interface CheckOrder<T extends object> {
  /** File, and block in it, for errors: `tidelock.hcl: listener "tcp"`. */
  readonly place: string;
  readonly stanza: new () => T;
  readonly withoutMeaning?: readonly string[];
  /** Blocks that are read on their own. */
  readonly blocks?: readonly string[];
  /** Attributes from the environment, which win. */
  readonly overrides?: Readonly<Record<string, string>>;
}

/**
 * A block's attributes as an instance of its class; of several blocks the later ones win.
 *
 * @throws {ConfigError} naming the place, the key and what was expected.
 */
export function check<T extends object>(bodies: readonly HclObject[], order: CheckOrder<T>): Checked<T> {
  const { place, stanza, withoutMeaning = [], blocks = [], overrides = {} } = order;
  const members: Record<string, unknown> = Object.assign({}, ...bodies.map(plainOf), overrides);
  const ignored = Object.keys(members).filter((key) => withoutMeaning.includes(key));
  const own = Object.fromEntries(Object.entries(members).filter(([key]) => !ignored.includes(key) && !blocks.includes(key)));
  const value = plainToInstance(stanza, own);
  const [error] = validateSync(value, { whitelist: true, forbidNonWhitelisted: true });
  if (error === undefined) return { value, ignored };
  const expected = Object.entries(error.constraints ?? {});
  const [rule, text] = expected[0] ?? [];
  if (rule === 'whitelistValidation') throw new ConfigError(`${place}: unknown key "${error.property}"; known are ${keysOf(stanza, blocks).join(', ')}`);
  throw new ConfigError(`${place}: "${error.property}" must be ${text}`);
}

/** The keys that a class declares. */
export function keysOf(stanza: new () => object, blocks: readonly string[] = []): string[] {
  const all = getMetadataStorage().getTargetValidationMetadatas(stanza, '', false, false);
  return [...new Set([...all.map(({ propertyName }) => propertyName), ...blocks])].sort();
}
