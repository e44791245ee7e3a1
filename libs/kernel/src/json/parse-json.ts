import { ExactParser } from './exact-parser';

/** A number that might not survive `JSON.parse`; strings that look like one only cost the slower parser. */
const SUSPICIOUS = /\d{16}|\d\.\d|\d[eE]|-0/;

/**
 * Parses JSON so that `stringifyJson` gives every number back to the letter: what JavaScript cannot hold exactly
 * becomes `RawJson`. Secrets are data, not arithmetic: Vault keeps their numbers as text, too.
 *
 * @param hasPlainNumbers known from `StructureLimits`: `JSON.parse` will do.
 * @throws {SyntaxError} when the text is not JSON.
 */
export function parseJson(text: string, hasPlainNumbers = false): unknown {
  return !hasPlainNumbers && SUSPICIOUS.test(text) ? new ExactParser(text).document() : JSON.parse(text);
}
