/**
 * Policy names as tokens carry them: trimmed, lower-cased, each once, sorted. `root` stands alone.
 *
 * @param addDefault adds the policy `default`, which every token has unless it was made without.
 */
export function sanitisePolicies(names: readonly string[], addDefault: boolean): string[] {
  const clean = new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ''));
  if (clean.has('root')) return ['root'];
  if (addDefault) clean.add('default');
  return [...clean].sort();
}
