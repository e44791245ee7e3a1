/** Policy names as they are compared: trimmed, lower-cased, each once. For lists of what is refused: in these `root` is one name among others. */
export const policyNames = (names: readonly string[]): string[] =>
  [...new Set(names.map((name) => name.trim().toLowerCase()))].filter((name) => name !== '');

/**
 * Policy names as tokens carry them: trimmed, lower-cased, each once, sorted. `root` stands alone.
 *
 * @param addDefault adds the policy `default`, which every token has unless it was made without.
 */
export function sanitisePolicies(names: readonly string[], addDefault: boolean): string[] {
  const clean = policyNames(addDefault ? [...names, 'default'] : names);
  return clean.includes('root') ? ['root'] : clean.sort();
}
