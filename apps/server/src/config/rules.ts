import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Min, ValidateBy } from 'class-validator';
import { parseDurationSeconds } from '@tidelock/kernel';

/** Property decorators for what a configuration may hold. Everything is optional; messages say what is expected. */
type Rule = (target: object, property: string) => void;

const all =
  (...rules: PropertyDecorator[]): Rule =>
  (target, property) => {
    for (const rule of [IsOptional(), ...rules]) rule(target, property);
  };

export const Text = (): Rule => all(IsString({ message: 'a string' }));

export const OneOf = (...words: readonly string[]): Rule =>
  all(IsIn([...words], { message: `one of ${words.join(', ')}` }));

/** One of these words, in any case: `Info` is `info`. */
export const AnyCaseOf = (...words: readonly string[]): Rule =>
  all(
    Transform(({ value }) => (typeof value === 'string' ? value.toLowerCase() : value)),
    IsIn([...words], { message: `one of ${words.filter(Boolean).join(', ')}` }),
  );

/** `http://host:port` or `https://…`: where others reach this server. */
export const Address = (): Rule =>
  all(
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
export const SaslMechanism = (): Rule =>
  all(
    Transform(({ value }) => (typeof value === 'string' ? value.toLowerCase().replaceAll('_', '-') : value)),
    IsIn(MECHANISMS, { message: 'one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512' }),
  );

/** `true`, `false`, and Vault's habits: "true", 1. */
export const Switch = (): Rule =>
  all(
    Transform(({ value }) => SWITCH_WORDS.get(String(value)) ?? value),
    IsBoolean({ message: 'true or false' }),
  );

const SWITCH_WORDS = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

export const Count = (): Rule =>
  all(
    Transform(({ value }) => (/^\d+$/.test(String(value)) ? Number(value) : value)),
    IsInt({ message: 'a whole number' }),
    Min(0, { message: 'a whole number' }),
  );

/** A whole number, also below zero. */
export const Whole = (): Rule =>
  all(
    Transform(({ value }) => (/^-?\d+$/.test(String(value)) ? Number(value) : value)),
    IsInt({ message: 'a whole number' }),
  );

/** A list of `host:port`, or one string of them with commas. */
export const HostPorts = (): Rule =>
  all(
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
export const Duration = (): Rule =>
  all(
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
