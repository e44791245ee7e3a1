import { CAPABILITY } from './capability';
import type { ParameterValues, Permissions } from './rule';

/** What is left where a rule denies. */
export const NOTHING: Permissions = {
  capabilities: CAPABILITY.deny,
  allowed: new Map(),
  denied: new Map(),
  required: [],
  minWrappingTtl: 0,
  maxWrappingTtl: 0,
};

/**
 * What two rules on the same path say together: capabilities are united, unless one of them denies; restrictions of both
 * hold, where both name a parameter its values are united; of the wrapping bounds the lower ones hold.
 */
export function mergePermissions(a: Permissions, b: Permissions): Permissions {
  const capabilities = a.capabilities | b.capabilities;
  if ((capabilities & CAPABILITY.deny) !== 0) return NOTHING;
  return {
    capabilities,
    allowed: mergeValues(a.allowed, b.allowed),
    denied: mergeValues(a.denied, b.denied),
    required: [...new Set([...a.required, ...b.required])],
    minWrappingTtl: lowerBound(a.minWrappingTtl, b.minWrappingTtl),
    maxWrappingTtl: lowerBound(a.maxWrappingTtl, b.maxWrappingTtl),
  };
}

const lowerBound = (a: number, b: number): number => (a === 0 || b === 0 ? a + b : Math.min(a, b));

function mergeValues(a: ParameterValues, b: ParameterValues): ParameterValues {
  if (a.size === 0 || b.size === 0) return a.size === 0 ? b : a;
  const merged = new Map(a);
  for (const [name, values] of b) {
    const others = a.get(name);
    const any = values.length === 0 || others?.length === 0;
    merged.set(name, any ? [] : [...(others ?? []), ...values]);
  }
  return merged;
}
