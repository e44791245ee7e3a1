import { parse as parseLossless } from 'lossless-json';
import { RawJson } from './raw-json';

/** A number that might not survive `JSON.parse`; strings that look like one only cost the slower parser. */
const SUSPICIOUS = /\d{16}|\d\.\d|\d[eE]|-0/;
const EXACT_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;

/**
 * Parses JSON so that `stringifyJson` gives every number back to the letter: what JavaScript cannot hold exactly
 * becomes `RawJson`. Secrets are data, not arithmetic: Vault keeps their numbers as text, too.
 *
 * @throws {SyntaxError} when the text is not JSON.
 */
export function parseJson(text: string): unknown {
  if (!SUSPICIOUS.test(text)) return JSON.parse(text);
  return parseLossless(text, undefined, {
    parseNumber: (digits) => (EXACT_INTEGER.test(digits) ? Number(digits) : new RawJson(digits)),
    // As JSON.parse and Go do: the last one counts.
    onDuplicateKey: ({ newValue }) => newValue,
  });
}
