import { lets, type PathsFilter, pathsWithoutMount } from './paths-filter';

export interface FilterChange {
  /** The secondary's. */
  readonly id: string;
  /** Somebody has that id. */
  readonly isKnown: boolean;
  readonly before: PathsFilter | undefined;
  /** `undefined`: the filter is taken away. */
  readonly after: PathsFilter | undefined;
}

/** What the operator should know of a filter's change: a typing error in it would else show everything, without a word. */
export function warningsOfChange(
  { id, isKnown, before, after }: FilterChange,
  mountPaths: readonly string[],
): string[] {
  const warnings: string[] = [];
  const unmatched = after ? pathsWithoutMount(after, mountPaths) : [];
  if (unmatched.length > 0)
    warnings.push(`no mount is at or below ${listed(unmatched)}: this counts only for mounts that are made later`);
  const shown = before
    ? mountPaths.filter((path) => !lets(before, path) && (after === undefined || lets(after, path)))
    : [];
  if (shown.length > 0)
    warnings.push(`this shows secondary "${id}" what was hidden from it until now: ${listed(shown)}`);
  if (after && !isKnown)
    warnings.push(`no secondary has the ID "${id}": the filter counts for the one that is given it later`);
  return warnings;
}

const listed = (paths: readonly string[]): string => paths.join(', ');
