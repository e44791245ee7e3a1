import { convertBody, type PathDeclaration } from '@tidelock/engine-api';

/**
 * What the handler gets as its body: an instance of the declared DTO, or the members as they came where none is declared.
 *
 * @throws {TidelockError} INVALID_REQUEST with one text for each field that is missing or does not convert.
 */
export function checkBody(
  { body: bodyClass }: PathDeclaration, raw: Readonly<Record<string, unknown>>,
): { readonly body: object; readonly warnings: readonly string[] } {
  return bodyClass === undefined ? { body: raw, warnings: NONE } : convertBody(bodyClass, raw);
}

const NONE: readonly string[] = [];
