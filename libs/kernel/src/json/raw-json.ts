import { randomBytes } from 'node:crypto';

/**
 * JSON text that is carried through unchanged: a number that JavaScript cannot hold exactly (`1.50`, integers over
 * 2^53), or a whole stored document that needs no parsing on its way out. Only `stringifyJson` can write it.
 */
export class RawJson {
  constructor(readonly text: string) {}

  toJSON(): string {
    if (pending === undefined) return this.text;
    pending.push(this.text);
    return MARK;
  }
}

// Unguessable, so that no client's string can pass for a placeholder.
const MARK = `~${randomBytes(16).toString('hex')}~`;
const PLACEHOLDER = `"${MARK}"`;
/** Texts waiting to be put where placeholders stand, in their order. */
let pending: string[] | undefined;

/** Serialises with every `RawJson` inside written as its own text. */
export function stringifyJson(value: unknown): string {
  const outer = pending;
  const texts: string[] = [];
  pending = texts;
  try {
    const text = JSON.stringify(value);
    return texts.length === 0 ? text : filled(text.split(PLACEHOLDER), texts);
  } finally {
    pending = outer;
  }
}

function filled(parts: readonly string[], texts: readonly string[]): string {
  if (parts.length !== texts.length + 1) throw new Error('a RawJson was serialised by other means in the middle');
  let text = '';
  for (let at = 0; at < texts.length; at += 1) text += `${parts[at]}${texts[at]}`;
  return text + parts[texts.length];
}
