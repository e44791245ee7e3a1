import 'reflect-metadata';
import { IsOptional, ValidateBy } from 'class-validator';
import { badRequest } from '@tidelock/kernel';
import {
  type Convert,
  RefusedInput,
  toBoolean,
  toDuration,
  toInteger,
  toKeyValue,
  toMap,
  toText,
  toTextList,
} from './convert';

export type BodyClass<T extends object = object> = new () => T;

/** Type of a member of a body, for help and OpenAPI. */
export type FieldType = 'string' | 'integer' | 'boolean' | 'object' | 'array' | 'duration';

export interface FieldOptions {
  /** Makes the field required; the text of the 400 when it is absent, `null`, `""` or an empty list. */
  readonly required?: string;
  /** One sentence for help and OpenAPI. */
  readonly description?: string;
  /** Other names under which clients may send it; the field's own name wins. */
  readonly aliases?: readonly string[];
  /** A boolean that a write may also have in its query, which says nothing else: it is true where it is true there. */
  readonly alsoInQuery?: boolean;
}

export interface DurationFieldOptions extends FieldOptions {
  /** Negative durations are allowed. */
  readonly signed?: boolean;
}

/** What help and OpenAPI tell about a DTO's member. */
export interface FieldDescription {
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
  readonly description: string;
  readonly aliases: readonly string[];
  readonly alsoInQuery: boolean;
}

const FIELDS = Symbol('tidelock:fields');
const CONVERTER = Symbol('tidelock:converter');

/** What makes of a sent value the member that a DTO declares; a member without a decorator from here takes it as it came. */
export function converterOf(bodyClass: BodyClass, name: string): Convert {
  return (
    (Reflect.getMetadata(CONVERTER, bodyClass.prototype as object, name) as Convert | undefined) ?? ((value) => value)
  );
}

/** Name of the class-validator constraint that reports a missing or unconvertible field. */
export const FIELD_CONSTRAINT = 'tidelockField';

/** The members that a DTO declares with the decorators below, in order, inherited ones first. */
export function fieldsOf(bodyClass: object): readonly FieldDescription[] {
  return (Reflect.getMetadata(FIELDS, bodyClass) as FieldDescription[] | undefined) ?? [];
}

/**
 * Names of the members of a body that the query of a write says are true.
 *
 * @param query as the client sent it.
 * @throws {TidelockError} INVALID_REQUEST where one says neither true nor false: what was only to be tried would be done.
 */
export const trueInQuery = (bodyClass: object, query: Readonly<Record<string, unknown>>): string[] =>
  fieldsOf(bodyClass)
    .filter(({ name, alsoInQuery }) => alsoInQuery && query[name] !== undefined && isTrue(name, query[name]))
    .map(({ name }) => name);

function isTrue(name: string, value: unknown): boolean {
  const converted = toBoolean(value);
  if (converted instanceof RefusedInput)
    throw badRequest(`error converting input for field "${name}": ${converted.reason}`);
  return converted === true;
}

const isMissing = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

function field(type: FieldType, convert: Convert, options: FieldOptions): PropertyDecorator {
  const { required, description = '', aliases = [], alsoInQuery = false } = options;
  const check = ValidateBy({
    name: FIELD_CONSTRAINT,
    validator: {
      validate: (value: unknown) => !(value instanceof RefusedInput) && (required === undefined || !isMissing(value)),
      defaultMessage: (at) =>
        at?.value instanceof RefusedInput
          ? `error converting input for field "${at.property}": ${at.value.reason}`
          : (required ?? ''),
    },
  });
  return (prototype, name) => {
    Reflect.defineMetadata(CONVERTER, convert, prototype, name);
    check(prototype, name as string);
    if (required === undefined) IsOptional()(prototype, name as string);
    const own = { name: String(name), type, required: required !== undefined, description, aliases, alsoInQuery };
    const others = fieldsOf(prototype.constructor).filter((other) => other.name !== own.name);
    Reflect.defineMetadata(FIELDS, [...others, own], prototype.constructor);
  };
}

/** `string`. Takes numbers and booleans, too, as Vault's fields do; so do all below. Optional unless `required`. */
export const StringField = (options: FieldOptions = {}): PropertyDecorator => field('string', toText, options);

/** `number`, whole. */
export const IntField = (options: FieldOptions = {}): PropertyDecorator => field('integer', toInteger, options);

/** `boolean`. */
export const BoolField = (options: FieldOptions = {}): PropertyDecorator => field('boolean', toBoolean, options);

/** `number` of whole seconds, from `90`, `"90s"`, `"1h30m"`, `"7d"`. */
export const DurationField = (options: DurationFieldOptions = {}): PropertyDecorator =>
  field('duration', toDuration(options.signed === true), options);

/** `string[]`, from a list or from one text with commas. */
export const StringListField = (options: FieldOptions = {}): PropertyDecorator => field('array', toTextList, options);

/** `Record<string, unknown>`: any JSON object, its numbers unharmed. */
export const MapField = (options: FieldOptions = {}): PropertyDecorator => field('object', toMap, options);

/** `Record<string, string>`, from an object or a list of `name=value`. */
export const KeyValueField = (options: FieldOptions = {}): PropertyDecorator => field('object', toKeyValue, options);
