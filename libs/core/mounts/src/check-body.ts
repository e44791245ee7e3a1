import { convertBody, type Operation, type PathDeclaration, warningsAbout } from '@tidelock/engine-api';

/**
 * What the handler gets as its body: an instance of the declared DTO, or the members as they came where none is declared.
 * A write's members that are declared nowhere are warned about.
 *
 * @throws {TidelockError} INVALID_REQUEST with one text for each field that is missing or does not convert.
 */
export function checkBody(
  { body: bodyClass, fields, operations }: PathDeclaration,
  raw: Readonly<Record<string, unknown>>,
): { readonly body: object; readonly warnings: readonly string[] } {
  if (bodyClass !== undefined) return convertBody(bodyClass, raw);
  if (fields === undefined || !operations.some((operation) => WRITES.has(operation)))
    return { body: raw, warnings: NONE };
  return { body: raw, warnings: warningsAbout(Object.keys(raw).filter((name) => !Object.hasOwn(fields, name))) };
}

const WRITES: ReadonlySet<Operation> = new Set<Operation>(['create', 'update', 'patch']);
const NONE: readonly string[] = [];
