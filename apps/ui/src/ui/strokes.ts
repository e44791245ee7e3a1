/** What a page may have done by one key: to filter, to make something new, to edit, and Ctrl S to save. */
export type PageKey = '/' | 'n' | 'e' | 'save';

/** What was pressed, as far as it counts. */
export interface Press {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** What a key is for. `go`: the next letter names where; `to-s`: there. */
export type Stroke = PageKey | 'palette' | 'help' | 'go' | `to-${string}`;

const LETTER_STROKES: Readonly<Record<string, Stroke>> = { '/': '/', '?': 'help', n: 'n', e: 'e', g: 'go' };

/**
 * @param letters single letters count: nobody is typing, no dialog is open, and they are not turned off.
 * @param isGoing `g` was the key before.
 */
export function strokeOf(press: Press, letters: boolean, isGoing: boolean): Stroke | undefined {
  const letter = letterOf(press);
  if (press.ctrlKey !== press.metaKey && !press.altKey) return ({ k: 'palette', s: 'save' } as const)[letter];
  if (!letters || press.ctrlKey || press.metaKey || press.altKey) return undefined;
  return isGoing && /^[a-z]$/.test(letter) ? `to-${letter}` : LETTER_STROKES[letter];
}

/** By its place where the layout has no Latin letter on it. */
const letterOf = ({ key, code }: Press): string =>
  /^[\x20-\x7e]$/.test(key) ? key.toLowerCase() : (/^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? '');
