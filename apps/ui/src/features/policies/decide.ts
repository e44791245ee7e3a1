import { isDeny, isTemplate, type PolicyRule } from './policy-rule';
import { bySpecificity, isAbout, isExact, templatePattern } from './rule-path';

export interface NamedPolicy {
  readonly name: string;
  readonly rules: readonly PolicyRule[];
}

/** A rule, and whose it is. */
export interface Source {
  readonly policy: string;
  readonly rule: PolicyRule;
}

export interface Decision {
  /** As the server words them: sorted names, `["root"]` or `["deny"]`. */
  readonly capabilities: readonly string[];
  /** `root`: by the policy root; `template`: by a deny for somebody, so for all; `nothing`: no rule is about the path. */
  readonly by: 'root' | 'rule' | 'template' | 'nothing';
  /** Those that decide, together. */
  readonly deciding: readonly Source[];
  /** They are about the path, too, but are less specific. */
  readonly outranked: readonly Source[];
  /** Whether they are about the path depends on the identity of who asks. */
  readonly depending: readonly Source[];
}

/**
 * What policies say of a path, by Vault's rules: the most specific path decides alone, rules on the same path are
 * united, and a `deny` among them leaves nothing. A folder's path may come with or without its `/`, as in a list.
 */
export function decide(policies: readonly NamedPolicy[], asked: string): Decision {
  const sources = policies.flatMap(({ name, rules }) => rules.map((rule): Source => ({ policy: name, rule })));
  const path = asked.replace(/^\/+/, '');
  const bare = path.replace(/\/$/, '');
  const depending = sources.filter(({ rule }) => isTemplate(rule) && isForSomebody(rule, [path, bare]));
  const rest = { outranked: [], depending };
  if (policies.some(({ name }) => name === 'root'))
    return { capabilities: ['root'], by: 'root', deciding: [], ...rest };
  const denying = depending.filter(({ rule }) => isDeny(rule));
  if (denying.length > 0) return { capabilities: ['deny'], by: 'template', deciding: denying, ...rest };
  const plain = sources.filter(({ rule }) => !isTemplate(rule));
  const ranked = rankedFor(plain, path, bare);
  const best = ranked[0]?.rule.path;
  const deciding = ranked.filter(({ rule }) => rule.path === best);
  return {
    capabilities: united(deciding),
    by: best === undefined ? 'nothing' : 'rule',
    deciding,
    outranked: ranked.filter(({ rule }) => rule.path !== best),
    depending,
  };
}

const isForSomebody = ({ path }: PolicyRule, paths: readonly string[]): boolean => {
  const pattern = templatePattern(path);
  return paths.some((one) => pattern.test(one));
};

/** The first is the one that counts. A folder is looked up with its `/`, then without, then by wildcards without it. */
function rankedFor(sources: readonly Source[], path: string, bare: string): readonly Source[] {
  const exactly = (wanted: string) => sources.filter(({ rule }) => isExact(rule.path) && rule.path === wanted);
  const widely = (wanted: string) =>
    sources
      .filter(({ rule }) => !isExact(rule.path) && isAbout(rule.path, wanted))
      .sort((a, b) => bySpecificity(a.rule.path, b.rule.path));
  return path === bare
    ? [...exactly(path), ...widely(path)]
    : [...new Set([...exactly(path), ...exactly(bare), ...widely(bare), ...widely(path)])];
}

function united(sources: readonly Source[]): readonly string[] {
  const all = new Set(sources.flatMap(({ rule }) => rule.capabilities));
  return all.size === 0 || all.has('deny') ? ['deny'] : [...all].sort();
}
