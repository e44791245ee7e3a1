interface Parts {
  /** Without its closing `*`. */
  readonly literal: string;
  readonly isOpen: boolean;
  readonly segments: readonly string[];
  /** How many segments are `+`. */
  readonly wildcards: number;
}

function partsOf(path: string): Parts {
  const isOpen = path.endsWith('*');
  const literal = isOpen ? path.slice(0, -1) : path;
  const segments = literal.split('/');
  return { literal, isOpen, segments, wildcards: segments.filter((segment) => segment === '+').length };
}

/** It has no wildcard. */
export function isExact(path: string): boolean {
  const { isOpen, wildcards } = partsOf(path);
  return !isOpen && wildcards === 0;
}

/** Whether a rule with wildcards is about a path. */
export function isAbout(rule: string, path: string): boolean {
  const { literal, isOpen, segments, wildcards } = partsOf(rule);
  if (wildcards === 0) return isOpen ? path.startsWith(literal) : path === literal;
  const parts = path.split('/');
  const last = segments.length - 1;
  if (isOpen ? parts.length < segments.length : parts.length !== segments.length) return false;
  return segments.every(
    (segment, at) =>
      segment === '+' || segment === parts[at] || (isOpen && at === last && (parts[at] ?? '').startsWith(segment)),
  );
}

/**
 * Sorts the more specific path first, as Vault does: where the first wildcard comes later; then what does not end in
 * `*`; then fewer `+`; then longer; then lexicographically greater.
 */
export function bySpecificity(one: string, other: string): number {
  const [a, b] = [partsOf(one), partsOf(other)];
  return (
    firstWildcard(b) - firstWildcard(a) ||
    Number(a.isOpen) - Number(b.isOpen) ||
    a.wildcards - b.wildcards ||
    b.literal.length - a.literal.length ||
    (a.literal < b.literal ? 1 : Number(a.literal > b.literal) * -1)
  );
}

const firstWildcard = ({ literal, wildcards }: Parts): number =>
  wildcards === 0 ? literal.length : `/${literal}/`.indexOf('/+/');

const REFERENCE = /\{\{.*?\}\}/s;
/** Stands for a reference while a path is taken apart. */
const OPEN = '\0';

/** Every path that a rule with references may be about: a reference is any text there, with or without `/`. */
export function templatePattern(path: string): RegExp {
  const { isOpen, segments } = partsOf(path.split(REFERENCE).join(OPEN));
  const pattern = segments.map((segment) => (segment === '+' ? '[^/]*' : quoted(segment))).join('/');
  const [first = '', ...rest] = pattern.split(new RegExp(`${OPEN}+`));
  const last = isOpen ? undefined : rest.pop();
  // Each piece is taken where it comes first and not looked for again, so that no path takes long.
  const pieces = rest.map((piece, at) => `(?=(.+?${piece}))\\${at + 1}`);
  return new RegExp(`^${first}${pieces.join('')}${last === undefined ? '' : `.+${last}$`}`, 's');
}

const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
