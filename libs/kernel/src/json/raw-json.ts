import { randomBytes } from 'node:crypto';

/**
 * JSON text that is carried through unchanged: a number that JavaScript cannot hold exactly (`1.50`, integers over
 * 2^53), or a whole stored document that needs no parsing on its way out. Only `stringifyJson` can write it.
 */
export class RawJson {
  constructor(readonly text: string) {}

  toJSON(): string {
    return pending === undefined ? this.text : pending.hold(this.text);
  }
}

/** Texts waiting to be put where their placeholders stand. */
export class Placeholders {
  readonly texts: string[] = [];

  hold(text: string): string {
    return `${MARK}${this.texts.push(text) - 1}~`;
  }
}

// Unguessable, so that no client's string can pass for a placeholder.
const MARK = `~${randomBytes(16).toString('hex')}:`;
const PATTERN = new RegExp(`"${MARK}(\\d+)~"`, 'g');
let pending: Placeholders | undefined;

/** Serialises with every `RawJson` inside written as its own text. */
export function stringifyJson(value: unknown): string {
  const outer = pending;
  const mine = new Placeholders();
  pending = mine;
  try {
    const text = JSON.stringify(value);
    return mine.texts.length === 0 ? text : text.replace(PATTERN, (_, n: string) => mine.texts[Number(n)] as string);
  } finally {
    pending = outer;
  }
}
