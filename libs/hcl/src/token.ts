import type { HclPosition } from './hcl-error';

export type TokenKind =
  'identifier' | 'string' | 'heredoc' | 'number' | 'end' | '{' | '}' | '[' | ']' | '=' | ':' | ',';

export interface Token {
  readonly kind: TokenKind;
  /** Text of an identifier, content of a string or heredoc with its escapes resolved, digits of a number. */
  readonly text: string;
  readonly position: HclPosition;
}
