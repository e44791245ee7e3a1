/** Policies of the service's own, which nobody can ask for. */
export const UNASSIGNABLE_POLICIES: readonly string[] = ['response-wrapping', 'control-group'];

export const WRAPPING_POLICY = 'response-wrapping';

/**
 * Policy names as tokens carry them: trimmed, lower-cased, each once, sorted. `root` stands alone. `default` is added
 * when asked for.
 */
export function sanitisePolicies(names: readonly string[], addDefault: boolean): string[] {
  const clean = new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ''));
  if (clean.has('root')) return ['root'];
  if (addDefault) clean.add('default');
  return [...clean].sort();
}
