import type { CompiledRule } from './compile-rules';
import type { Permissions } from './rule';
import { bySpecificity, matchesSegments } from './rule-path';

interface Ranked extends CompiledRule {
  readonly rank: number;
}

/** Finds the most specific of the rules with wildcards, without looking at most of them. */
export class WildcardRules {
  private readonly globs = new Map<string, Ranked>();
  /** Lengths of the globs' literal parts, the longest first. */
  private readonly globLengths: readonly number[];
  /** Rules with `+`, the most specific first. */
  private readonly segmented: readonly Ranked[];

  constructor(rules: readonly CompiledRule[]) {
    const ranked = [...rules].sort((a, b) => bySpecificity(a.path, b.path)).map((rule, rank) => ({ ...rule, rank }));
    for (const rule of ranked) if (rule.path.kind === 'glob') this.globs.set(rule.path.literal, rule);
    this.globLengths = [...new Set([...this.globs.keys()].map((literal) => literal.length))].sort((a, b) => b - a);
    this.segmented = ranked.filter((rule) => rule.path.kind === 'segments');
  }

  find(path: string): Permissions | undefined {
    const glob = this.longestGlob(path);
    return (this.bestSegmented(path, glob?.rank ?? Infinity) ?? glob)?.permissions;
  }

  /** What paths below a prefix fall back to where no rule inside it fits them. A rule with `+` fits only some of them. */
  above(prefix: string): Permissions | undefined {
    return this.longestGlob(prefix)?.permissions;
  }

  private longestGlob(path: string): Ranked | undefined {
    for (const length of this.globLengths) {
      const found = length > path.length ? undefined : this.globs.get(path.slice(0, length));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private bestSegmented(path: string, rank: number): Ranked | undefined {
    if (this.segmented.length === 0) return undefined;
    const parts = path.split('/');
    const found = this.segmented.find((rule) => rule.rank > rank || matchesSegments(rule.path, parts));
    return found !== undefined && found.rank < rank ? found : undefined;
  }
}
