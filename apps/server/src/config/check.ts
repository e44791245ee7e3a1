import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { plainOf } from '@tidelock/hcl';
import { ConfigError } from './config-error';
import type { Overrides } from './environment';
import { asksForNothing, type ForeignKeys, type IgnoredKeys } from './foreign-keys';
import { factsOf } from './rules';
import type { PlacedBlock } from './sources';

export interface Checked<T> {
  readonly value: T;
  readonly ignored: IgnoredKeys;
}

export interface CheckOrder<T extends object> {
  /** The block's name, for errors: `listener "tcp"`; `""` outside any. */
  readonly name: string;
  readonly stanza: new () => T;
  /** Vault's keys that are not ours. */
  readonly foreign?: ForeignKeys;
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
  const { name, stanza, foreign = {}, blocks = [], overrides = {} } = order;
  const fromEnvironment = Object.fromEntries(Object.entries(overrides).map(([key, { value }]) => [key, value]));
  const members: Record<string, unknown> = Object.assign(
    {},
    ...bodies.map(({ body }) => plainOf(body)),
    fromEnvironment,
  );
  const placeOfKey = (key: string): string =>
    [whereIs(key, bodies, overrides), name].filter((part) => part !== '').join(': ');
  refuseForeign(members, foreign, placeOfKey);
  const own = Object.fromEntries(
    Object.entries(members).filter(([key]) => !isForeign(key, foreign) && !blocks.includes(key)),
  );
  const value = plainToInstance(stanza, own);
  const [error] = validateSync(value, { whitelist: true, forbidNonWhitelisted: true });
  if (error === undefined) return { value, ignored: ignoredIn(members, foreign) };
  const { property, constraints = {} } = error;
  const place = placeOfKey(property);
  const [[rule, text] = []] = Object.entries(constraints);
  if (rule === 'whitelistValidation')
    throw new ConfigError(`${place}: unknown key "${property}"; known are ${keysOf(stanza, blocks).join(', ')}`);
  throw new ConfigError(`${place}: "${property}" must be ${text}`);
}

type Members = Readonly<Record<string, unknown>>;

function refuseForeign(members: Members, { refused = {} }: ForeignKeys, placeOfKey: (key: string) => string): void {
  for (const [key, value] of Object.entries(members)) {
    const refusal = Object.hasOwn(refused, key) ? refused[key] : undefined;
    if (refusal && !asksForNothing(value) && !refusal.unless?.includes(value))
      throw new ConfigError(`${placeOfKey(key)}: "${key}" is not supported: ${refusal.because}`);
  }
}

const isForeign = (key: string, { withoutMeaning = [], unsupported = [], refused = {} }: ForeignKeys): boolean =>
  withoutMeaning.includes(key) || unsupported.includes(key) || Object.hasOwn(refused, key);

function ignoredIn(members: Members, { withoutMeaning = [], unsupported = [] }: ForeignKeys): IgnoredKeys {
  const given = (keys: readonly string[]): string[] => keys.filter((key) => Object.hasOwn(members, key));
  return { withoutMeaning: given(withoutMeaning), unsupported: given(unsupported) };
}

/** The variable that set the key, or file and line. */
function whereIs(key: string, bodies: readonly PlacedBlock[], overrides: Overrides): string {
  const override = Object.hasOwn(overrides, key) ? overrides[key] : undefined;
  if (override !== undefined) return override.variable;
  const places = bodies.flatMap(({ file, body }) =>
    body.items.filter(({ keys }) => keys[0] === key).map(({ position }) => `${file}:${position.line}`),
  );
  return places.at(-1) ?? '';
}

/** The keys that a class declares, and the blocks beside them. */
export const keysOf = (stanza: new () => object, blocks: readonly string[] = []): string[] =>
  [...factsOf(stanza).keys(), ...blocks].sort();
