import { TidelockError } from '@tidelock/kernel';
import { getMetadataStorage, type ValidationError, validateSync } from 'class-validator';
import { type BodyClass, converterOf, FIELD_CONSTRAINT, fieldsOf } from './field';

export interface ConvertedBody<T extends object> {
  /** An instance of the DTO. A member that was not sent, or `null`, has the DTO's own default. */
  readonly body: T;
  /** Names the members that the DTO does not declare, if any. */
  readonly warnings: string[];
}

/** The DTO's own name for each name that a client may send. */
type Names = ReadonlyMap<string, string>;

const namesOfClass = new WeakMap<object, Names>();

/**
 * Converts and checks what a client sent against a DTO of `fields/` decorators, class-validator's, or both.
 *
 * @throws {TidelockError} INVALID_REQUEST with one text for each field that is missing or does not convert.
 */
export function convertBody<T extends object>(
  bodyClass: BodyClass<T>,
  raw: Readonly<Record<string, unknown>>,
): ConvertedBody<T> {
  const names = namesOf(bodyClass);
  const body = new bodyClass();
  const unknown: string[] = [];
  for (const [sent, value] of Object.entries(raw)) {
    const name = names.get(sent);
    if (name === undefined) unknown.push(sent);
    else if (value !== null && (name === sent || !Object.hasOwn(raw, name)))
      Reflect.set(body, name, converterOf(bodyClass, name)(value));
  }
  const errors = validateSync(body, { forbidUnknownValues: false, validationError: { target: false } });
  if (errors.length > 0) {
    // Two fields may miss the same thing (`from` and `to` of a remount): it is said once.
    const texts = [...new Set(errors.flatMap(textsOf))];
    throw new TidelockError('INVALID_REQUEST', { text: texts.join('; '), errors: texts });
  }
  return { body, warnings: warningsAbout(unknown) };
}

/** The warning with which Vault drops unknown parameters. */
export function warningsAbout(unknown: readonly string[]): string[] {
  if (unknown.length === 0) return [];
  return [`Endpoint ignored these unrecognized parameters: [${[...unknown].sort().join(' ')}]`];
}

function namesOf(bodyClass: BodyClass): Names {
  const cached = namesOfClass.get(bodyClass);
  if (cached !== undefined) return cached;
  const names = new Map<string, string>();
  for (const { name, aliases } of fieldsOf(bodyClass)) for (const alias of [name, ...aliases]) names.set(alias, name);
  const rules = getMetadataStorage().getTargetValidationMetadatas(bodyClass, '', false, false);
  for (const { propertyName } of rules) names.set(propertyName, propertyName);
  namesOfClass.set(bodyClass, names);
  return names;
}

/** A field that is missing or unconvertible says that alone: what other rules find is only its consequence. */
function textsOf(error: ValidationError): string[] {
  const constraints = error.constraints ?? {};
  const first = constraints[FIELD_CONSTRAINT];
  return first === undefined ? [...Object.values(constraints), ...(error.children ?? []).flatMap(textsOf)] : [first];
}
