import { HclError } from './hcl-error';
import { nextToken } from './lexer';
import type { Source } from './source';
import type { Token, TokenKind } from './token';
import type { HclItem, HclLiteral, HclObject, HclValue } from './tree';

/** Deeper nesting is an attack on the stack, not a configuration. */
const MAX_DEPTH = 64;

/** Recursive descent over HCL 1, and over JSON that `JSON.parse` has accepted already. */
export class Parser {
  private token: Token;
  private depth = 0;

  constructor(
    private readonly source: Source,
    private readonly json: boolean,
  ) {
    this.token = nextToken(source, json);
  }

  document(): HclObject {
    const { position } = this.token;
    if (!this.json) return { kind: 'object', items: this.items('end'), position };
    const root = this.value();
    this.expect('end', 'end of text');
    return root as HclObject;
  }

  private items(end: TokenKind): HclItem[] {
    const items: HclItem[] = [];
    while (!this.at(end)) {
      items.push(this.item());
      if (this.at(',')) this.advance();
    }
    this.advance();
    return items;
  }

  private item(): HclItem {
    const { position } = this.token;
    const keys = this.keys();
    if (this.at('{')) return { keys, value: this.value(), position };
    if (keys.length > 1) throw this.unexpected('nested object expected: {');
    this.expect(this.json ? ':' : '=', 'key must be followed by = or {');
    return { keys, value: this.value(), position };
  }

  private keys(): string[] {
    const keys: string[] = [];
    while (this.at('identifier') || this.at('string')) {
      keys.push(this.token.text);
      this.advance();
    }
    if (keys.length === 0) throw this.unexpected('expected a key');
    return keys;
  }

  private value(): HclValue {
    const { kind, position } = this.token;
    if (kind !== '{' && kind !== '[') return this.literal();
    if (++this.depth > MAX_DEPTH) throw new HclError(position, `nested more than ${MAX_DEPTH} levels deep`);
    this.advance();
    const value: HclValue =
      kind === '{'
        ? { kind: 'object', items: this.items('}'), position }
        : { kind: 'list', elements: this.elements(), position };
    this.depth -= 1;
    return value;
  }

  private elements(): HclValue[] {
    const elements: HclValue[] = [];
    while (!this.at(']')) {
      elements.push(this.value());
      if (this.at(',')) this.advance();
      else if (!this.at(']')) throw this.unexpected('error parsing list, expected comma or list end');
    }
    this.advance();
    return elements;
  }

  private literal(): HclLiteral {
    const { kind, position, text } = this.token;
    if (kind === 'string' || kind === 'heredoc') return this.done({ kind: 'literal', value: text, position });
    if (kind === 'number') return this.done({ kind: 'literal', value: this.numberOf(text), position });
    if (text === 'true' || text === 'false') return this.done({ kind: 'literal', value: text === 'true', position });
    if (text === 'null' && this.json) return this.done({ kind: 'literal', value: null, position });
    throw this.unexpected('expected a value');
  }

  private numberOf(text: string): number {
    const sign = text.startsWith('-') ? -1 : 1;
    const digits = sign < 0 ? text.slice(1) : text;
    if (!/^0\d+$/.test(digits)) return sign * Number(digits);
    if (/[89]/.test(digits)) throw new HclError(this.token.position, 'illegal octal number');
    return sign * Number.parseInt(digits, 8);
  }

  private done(literal: HclLiteral): HclLiteral {
    this.advance();
    return literal;
  }

  private expect(kind: TokenKind, what: string): void {
    if (!this.at(kind)) throw this.unexpected(what);
    this.advance();
  }

  private at(kind: TokenKind): boolean {
    return this.token.kind === kind;
  }

  private advance(): void {
    this.token = nextToken(this.source, this.json);
  }

  // The token's kind only: its text may be a password.
  private unexpected(expected: string): HclError {
    const { kind, position } = this.token;
    return new HclError(position, `${expected} got: ${kind === 'end' ? 'EOF' : kind}`);
  }
}
