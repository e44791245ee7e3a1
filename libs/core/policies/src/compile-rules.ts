import { mergePermissions } from './merge-permissions';
import type { Permissions, Policy } from './rule';
import { rulePathOf, type RulePath } from './rule-path';

/** All that several policies say on one path. */
export interface CompiledRule {
  readonly path: RulePath;
  readonly permissions: Permissions;
}

export function compileRules(policies: readonly Policy[]): CompiledRule[] {
  const byPath = new Map<string, Permissions>();
  for (const rule of policies.flatMap((policy) => policy.rules)) {
    const others = byPath.get(rule.path);
    byPath.set(rule.path, others === undefined ? rule : mergePermissions(others, rule));
  }
  return [...byPath].map(([path, permissions]) => ({ path: rulePathOf(path), permissions }));
}
