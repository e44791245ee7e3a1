import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Min, ValidateBy } from 'class-validator';
import { parseDurationSeconds } from '@tidelock/kernel';

/**
 * Property decorators for what a configuration may hold. Everything is optional; messages say what is expected. Each rule takes what the key
 * means, in one phrase, and the default where that is a value: docs/configuration.md is made of them.
 */
type Rule = (target: object, property: string) => void;

/** What docs/configuration.md says of a key. */
export interface KeyFacts {
  readonly takes: string;
  readonly meaning: string;
  readonly byDefault?: string | number | boolean;
}

const FACTS = new Map<object, Map<string, KeyFacts>>();

/** The keys that a class declares, in their order. */
export const factsOf = (stanza: new () => object): ReadonlyMap<string, KeyFacts> =>
  FACTS.get(stanza.prototype as object) ?? new Map();

const all =
  (facts: KeyFacts, ...rules: PropertyDecorator[]): Rule =>
  (target, property) => {
    for (const rule of [IsOptional(), ...rules]) rule(target, property);
    FACTS.set(target, new Map([...(FACTS.get(target) ?? []), [property, facts]]));
  };

const facts = (takes: string, meaning: string, byDefault?: string | number | boolean): KeyFacts => ({
  takes,
  meaning,
  ...(byDefault !== undefined && { byDefault }),
});

export const Text = (meaning: string, byDefault?: string): Rule =>
  all(facts('text', meaning, byDefault), IsString({ message: 'a string' }));

export const OneOf = (words: readonly string[], meaning: string, byDefault?: string): Rule =>
  all(facts(words.join(', '), meaning, byDefault), IsIn([...words], { message: `one of ${words.join(', ')}` }));

/** One of these words, in any case: `Info` is `info`. */
export const AnyCaseOf = (words: readonly string[], meaning: string, byDefault?: string): Rule =>
  all(
    facts(words.filter(Boolean).join(', '), meaning, byDefault),
    Transform(({ value }) => (typeof value === 'string' ? value.toLowerCase() : value)),
    IsIn([...words], { message: `one of ${words.filter(Boolean).join(', ')}` }),
  );

/** `http://host:port` or `https://…`: where others reach this server. */
export const Address = (meaning: string): Rule =>
  all(
    facts('address with its scheme', meaning),
    ValidateBy({
      name: 'address',
      validator: {
        validate: isAddress,
        defaultMessage: () => 'an address with its scheme, such as "https://vault.example.com:8200"',
      },
    }),
  );

function isAddress(value: unknown): boolean {
  try {
    return typeof value === 'string' && /^https?:\/\//.test(value) && new URL(value).hostname !== '';
  } catch {
    return false;
  }
}

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'];

/** Kafka's names of mechanisms (`SCRAM-SHA-512`), also in small letters and with `_`. */
export const SaslMechanism = (meaning: string): Rule =>
  all(
    facts('PLAIN, SCRAM-SHA-256, SCRAM-SHA-512', meaning),
    Transform(({ value }) => (typeof value === 'string' ? value.toLowerCase().replaceAll('_', '-') : value)),
    IsIn(MECHANISMS, { message: 'one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512' }),
  );

/** `true`, `false`, and Vault's habits: "true", 1. */
export const Switch = (meaning: string, byDefault = false): Rule =>
  all(
    facts('true, false', meaning, byDefault),
    Transform(({ value }) => SWITCH_WORDS.get(String(value)) ?? value),
    IsBoolean({ message: 'true or false' }),
  );

const SWITCH_WORDS = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

export const Count = (meaning: string, byDefault?: number): Rule =>
  all(
    facts('whole number', meaning, byDefault),
    Transform(({ value }) => (/^\d+$/.test(String(value)) ? Number(value) : value)),
    IsInt({ message: 'a whole number' }),
    Min(0, { message: 'a whole number' }),
  );

/** A whole number, also below zero. */
export const Whole = (meaning: string, byDefault?: number): Rule =>
  all(
    facts('whole number', meaning, byDefault),
    Transform(({ value }) => (/^-?\d+$/.test(String(value)) ? Number(value) : value)),
    IsInt({ message: 'a whole number' }),
  );

/** A list of `host:port`, or one string of them with commas. */
export const HostPorts = (meaning: string): Rule =>
  all(
    facts('list of `host:port`, or text with commas', meaning),
    Transform(({ value }) =>
      typeof value === 'string'
        ? value
            .split(',')
            .map((part) => part.trim())
            .filter(Boolean)
        : value,
    ),
    ValidateBy({
      name: 'hostPorts',
      validator: {
        validate: (value) => Array.isArray(value) && value.every(isHostPort),
        defaultMessage: (facts) => hostPortsWanted(facts?.value),
      },
    }),
  );

function isHostPort(value: unknown): boolean {
  const port = /^(?:\[[\da-fA-F:.]+\]|[^\s/:@[\]]+):(\d{1,5})$/.exec(typeof value === 'string' ? value : '')?.[1];
  return port !== undefined && Number(port) > 0 && Number(port) <= 65_535;
}

function hostPortsWanted(value: unknown): string {
  const wanted = 'a list of "host:port", such as ["kafka1:9092"]';
  return Array.isArray(value) ? `${wanted}, which "${value.find((part) => !isHostPort(part))}" is not` : wanted;
}

/** Whole seconds, or Go's text form. */
export const Duration = (meaning: string, byDefault?: string): Rule =>
  all(
    facts('duration', meaning, byDefault),
    ValidateBy({
      name: 'duration',
      validator: { validate: isDuration, defaultMessage: () => 'a duration such as "90s" or "768h"' },
    }),
  );

function isDuration(value: unknown): boolean {
  try {
    return (typeof value === 'string' || typeof value === 'number') && parseDurationSeconds(value) >= 0;
  } catch {
    return false;
  }
}
