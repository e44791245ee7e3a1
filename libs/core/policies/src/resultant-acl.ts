import type { ResultantPolicies } from '@tidelock/engine-api';
import { capabilityNames } from './capability';
import type { CompiledRule } from './compile-rules';
import type { ParameterValues, Permissions } from './rule';

/** What a token may do, in the form in which Vault's UI asks for it: globs without their closing `*`. */
export function resultantOf(root: boolean, rules: readonly CompiledRule[]): ResultantPolicies {
  const pick = (isExact: boolean): Record<string, object> =>
    Object.fromEntries(
      rules
        .filter(({ path }) => (path.kind === 'exact') === isExact)
        .map(({ path, permissions }) => [path.literal, ruleOf(permissions)]),
    );
  return { root, exact_paths: root ? {} : pick(true), glob_paths: root ? {} : pick(false) };
}

function ruleOf(permissions: Permissions): object {
  const { allowed, denied, required, minWrappingTtl, maxWrappingTtl } = permissions;
  return {
    capabilities: capabilityNames(permissions.capabilities),
    ...(allowed.size > 0 && { allowed_parameters: recordOf(allowed) }),
    ...(denied.size > 0 && { denied_parameters: recordOf(denied) }),
    ...(required.length > 0 && { required_parameters: required }),
    ...(minWrappingTtl > 0 && { min_wrapping_ttl: minWrappingTtl }),
    ...(maxWrappingTtl > 0 && { max_wrapping_ttl: maxWrappingTtl }),
  };
}

const recordOf = (values: ParameterValues): Record<string, readonly unknown[]> => Object.fromEntries(values);
