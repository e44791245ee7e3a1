import { isJsonObject } from './json-object';

/** Applies a JSON merge patch (RFC 7396): `null` removes a member, objects merge, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const merged = new Map(isJsonObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  // Object.fromEntries defines members; assigning would stumble over one that is named `__proto__`.
  return Object.fromEntries(merged);
}
