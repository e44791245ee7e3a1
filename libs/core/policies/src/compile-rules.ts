import type { EntityView } from '@tidelock/engine-api';
import { denies } from './capability';
import { mergePermissions } from './merge-permissions';
import type { Permissions, Policy, Rule } from './rule';
import { rulePathOf, type RulePath } from './rule-path';

/** All that several policies say on one path. */
export interface CompiledRule {
  readonly path: RulePath;
  readonly permissions: Permissions;
}

export interface CompiledRules {
  readonly rules: readonly CompiledRule[];
  /** Of those that deny, and cannot be filled: what they may be about. */
  readonly deniedAnyway: readonly RegExp[];
  /** Some rules depend on who asks. */
  readonly templated: boolean;
}

/** A rule that lacks a value of the entity's does not apply, unless it denies. */
export function compileRules(policies: readonly Policy[], entity: EntityView | undefined): CompiledRules {
  const byPath = new Map<string, Permissions>();
  const deniedAnyway: RegExp[] = [];
  const rules = policies.flatMap((policy) => policy.rules);
  for (const rule of rules) {
    const path = pathOf(rule, entity);
    const others = path === undefined ? undefined : byPath.get(path);
    if (path !== undefined) byPath.set(path, others === undefined ? rule : mergePermissions(others, rule));
    else if (rule.template && denies(rule.capabilities)) deniedAnyway.push(rule.template.forAnybody());
  }
  return {
    rules: [...byPath].map(([path, permissions]) => ({ path: rulePathOf(path), permissions })),
    deniedAnyway,
    templated: rules.some(({ template }) => template !== undefined),
  };
}

const pathOf = ({ path, template }: Rule, entity: EntityView | undefined): string | undefined =>
  template === undefined ? path : entity && template.filledFor(entity);
