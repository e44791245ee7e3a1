/** One segment of a declared pattern. */
export type PatternPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'rest'; readonly name: string; readonly mayBeEmpty: boolean };

/**
 * Reads a pattern of `OnPath`: literals, `:name`, `*name`, `*name?`. Only literals may follow a `*name` (`*path/tune`).
 *
 * @throws {Error} when the pattern is none: a mistake of the engine's author.
 */
export function parsePattern(pattern: string): PatternPart[] {
  if (pattern === '') return [];
  const parts = pattern.split('/').map((text) => partOf(text, pattern));
  const rest = parts.findIndex(({ kind }) => kind === 'rest');
  const after = rest < 0 ? [] : parts.slice(rest + 1);
  const sound = after.every(({ kind }) => kind === 'literal') && (after.length === 0 || !isEmptyable(parts[rest]));
  if (!sound) throw new Error(`the pattern "${pattern}" goes on after its rest`);
  return parts;
}

const isEmptyable = (part: PatternPart | undefined): boolean => part?.kind === 'rest' && part.mayBeEmpty;

function partOf(text: string, pattern: string): PatternPart {
  const [, mark, name = '', question] = /^([:*])(\w+)(\?)?$/.exec(text) ?? [];
  if (mark === '*') return { kind: 'rest', name, mayBeEmpty: question !== undefined };
  if (mark === ':' && question === undefined) return { kind: 'parameter', name };
  if (text === '' || /^[:*]/.test(text)) throw new Error(`the pattern "${pattern}" has a bad segment "${text}"`);
  return { kind: 'literal', text };
}
