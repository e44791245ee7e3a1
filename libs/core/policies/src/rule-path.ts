/** What paths a rule is about. */
export interface RulePath {
  /** `exact`: that path; `glob`: whatever begins so; `segments`: some segments are `+`. */
  readonly kind: 'exact' | 'glob' | 'segments';
  /** The path without its closing `*`. */
  readonly literal: string;
  /** It ended in `*`. */
  readonly open: boolean;
  /** Of `literal`. */
  readonly segments: readonly string[];
  /** Length of what stands before the first `+` or `*`. */
  readonly firstWildcard: number;
  /** How many segments are `+`. */
  readonly wildcards: number;
}

/** Reads a rule's path. A `*` that is not the last character is an ordinary character, as in Vault. */
export function rulePathOf(path: string): RulePath {
  const open = path.endsWith('*');
  const literal = open ? path.slice(0, -1) : path;
  const segments = literal.split('/');
  const wildcards = segments.filter((segment) => segment === '+').length;
  const firstWildcard = wildcards === 0 ? literal.length : `/${literal}/`.indexOf('/+/');
  const kind = wildcards > 0 ? 'segments' : open ? 'glob' : 'exact';
  return { kind, literal, open, segments, firstWildcard, wildcards };
}

/**
 * Sorts the more specific path first: where the first wildcard comes later; then what does not end in `*`; then fewer
 * `+`; then longer; then lexicographically greater.
 */
export function bySpecificity(a: RulePath, b: RulePath): number {
  return (
    b.firstWildcard - a.firstWildcard ||
    Number(a.open) - Number(b.open) ||
    a.wildcards - b.wildcards ||
    b.literal.length - a.literal.length ||
    (a.literal < b.literal ? 1 : Number(a.literal > b.literal) * -1)
  );
}

/** Whether a path, split at `/`, is one that the rule is about. */
export function matchesSegments({ segments, open }: RulePath, parts: readonly string[]): boolean {
  const last = segments.length - 1;
  if (open ? parts.length < segments.length : parts.length !== segments.length) return false;
  return segments.every(
    (segment, n) =>
      segment === '+' || segment === parts[n] || (open && n === last && (parts[n] as string).startsWith(segment)),
  );
}

/** A path that the rule is about, with `+` for what it leaves open: one that stands for all others. */
export const sampleOf = ({ literal, open }: RulePath): string => (open ? `${literal}+` : literal);

/** Whether the rule names something inside `prefix` (empty or ending in `/`): more than a `*` further up does. */
export function reachesBelow({ kind, literal, segments, open }: RulePath, prefix: string): boolean {
  if (kind !== 'segments') return literal.startsWith(prefix);
  const above = prefix.split('/').slice(0, -1);
  if (!open && segments.length <= above.length) return false;
  return above.every((part, n) => {
    const segment = segments[n];
    if (segment === undefined || segment === '+' || segment === part) return true;
    return open && n === segments.length - 1 && part.startsWith(segment);
  });
}
