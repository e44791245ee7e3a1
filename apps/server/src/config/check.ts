import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import { plainOf } from '@tidelock/hcl';
import { ConfigError } from './config-error';
import type { Overrides } from './environment';
import type { PlacedBlock } from './sources';

export interface Checked<T> {
  readonly value: T;
  /** Keys that are accepted and have no meaning here. */
  readonly ignored: readonly string[];
}

export interface CheckOrder<T extends object> {
  /** The block's name, for errors: `listener "tcp"`; `""` outside any. */
  readonly name: string;
  readonly stanza: new () => T;
  readonly withoutMeaning?: readonly string[];
  /** Blocks that are read on their own. */
  readonly blocks?: readonly string[];
  /** Attributes from the environment, which win. */
  readonly overrides?: Overrides;
}

/**
 * A block's attributes as an instance of its class; of several blocks the later ones win.
 *
 * @throws {ConfigError} naming file and line (or the variable), the key and what was expected.
 */
export function check<T extends object>(bodies: readonly PlacedBlock[], order: CheckOrder<T>): Checked<T> {
  const { name, stanza, withoutMeaning = [], blocks = [], overrides = {} } = order;
  const fromEnvironment = Object.fromEntries(Object.entries(overrides).map(([key, { value }]) => [key, value]));
  const members: Record<string, unknown> = Object.assign({}, ...bodies.map(({ body }) => plainOf(body)), fromEnvironment);
  const ignored = Object.keys(members).filter((key) => withoutMeaning.includes(key));
  const own = Object.fromEntries(Object.entries(members).filter(([key]) => !ignored.includes(key) && !blocks.includes(key)));
  const value = plainToInstance(stanza, own);
  const [error] = validateSync(value, { whitelist: true, forbidNonWhitelisted: true });
  if (error === undefined) return { value, ignored };
  const { property, constraints = {} } = error;
  const place = [whereIs(property, bodies, overrides), name].filter((part) => part !== '').join(': ');
  const [[rule, text] = []] = Object.entries(constraints);
  if (rule === 'whitelistValidation') throw new ConfigError(`${place}: unknown key "${property}"; known are ${keysOf(stanza, blocks).join(', ')}`);
  throw new ConfigError(`${place}: "${property}" must be ${text}`);
}

/** The variable that set the key, or file and line. */
function whereIs(key: string, bodies: readonly PlacedBlock[], overrides: Overrides): string {
  const override = Object.hasOwn(overrides, key) ? overrides[key] : undefined;
  if (override !== undefined) return override.variable;
  const places = bodies.flatMap(({ file, body }) => body.items.filter(({ keys }) => keys[0] === key).map(({ position }) => `${file}:${position.line}`));
  return places.at(-1) ?? '';
}

/** The keys that a class declares. */
export function keysOf(stanza: new () => object, blocks: readonly string[] = []): string[] {
  const all = getMetadataStorage().getTargetValidationMetadatas(stanza, '', false, false);
  return [...new Set([...all.map(({ propertyName }) => propertyName), ...blocks])].sort();
}
