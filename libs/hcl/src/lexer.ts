import { readHeredoc } from './heredoc';
import type { Source } from './source';
import { readString } from './string-literal';
import type { Token, TokenKind } from './token';

const IDENTIFIER = /[\p{L}_][\p{L}\p{Nd}_.-]*/uy;
const NUMBER = /-?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y;
const PUNCTUATION = '{}[]=,';

/** The next token; `end` for ever at the end. */
export function nextToken(source: Source, json: boolean): Token {
  source.skipWhite();
  const position = source.position();
  const of = (kind: TokenKind, text: string): Token => ({ kind, text, position });
  const character = source.peek();
  if (character === '') return of('end', 'EOF');
  if (character === '"') return of('string', readString(source, json));
  if (character === '<') return of('heredoc', readHeredoc(source));
  if (PUNCTUATION.includes(character) || (json && character === ':')) {
    source.offset += 1;
    return of(character as TokenKind, character);
  }
  const identifier = source.take(IDENTIFIER);
  if (identifier !== undefined) return of('identifier', identifier);
  const number = source.take(NUMBER);
  if (number === undefined) throw source.error('illegal char');
  return of('number', number);
}
