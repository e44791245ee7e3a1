import { parse } from 'lossless-json';

/** A number that JavaScript would change: kept as it was written. */
export class ExactNumber {
  constructor(readonly text: string) {}

  /** For `JSON.stringify`: how it is sent. @throws where the browser would send another number. */
  toJSON(): unknown {
    const { rawJSON } = JSON as unknown as { readonly rawJSON?: (text: string) => unknown };
    if (rawJSON === undefined)
      throw new Error(
        `This browser cannot send the number ${this.text} as it is. Use a newer one, or the command line.`,
      );
    return rawJSON(this.text);
  }
}

/** @throws {SyntaxError} also where a key stands twice. */
export const parseExactly = (text: string): unknown =>
  parse(text, undefined, (digits) => (String(Number(digits)) === digits ? Number(digits) : new ExactNumber(digits)));

/** As people read it. */
export function textOf(value: unknown, indent = ''): string {
  if (value instanceof ExactNumber) return value.text;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const [open, close, members] = Array.isArray(value)
    ? ['[', ']', value.map((member) => textOf(member, `${indent}  `))]
    : [
        '{',
        '}',
        Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${textOf(member, `${indent}  `)}`),
      ];
  if (members.length === 0) return open + close;
  return `${open}\n${members.map((member) => `${indent}  ${member}`).join(',\n')}\n${indent}${close}`;
}

/** What a value shows itself as in a row: a text as it is, all else as JSON. */
export const shownAs = (value: unknown): string => (typeof value === 'string' ? value : textOf(value));

/** Keys and values of a secret. */
export type SecretData = Readonly<Record<string, unknown>>;

export const isData = (value: unknown): value is SecretData =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
