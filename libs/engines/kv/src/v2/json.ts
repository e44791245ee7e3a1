import { RawJson } from '@tidelock/kernel';

export interface JsonObject {
  readonly [name: string]: unknown;
}

/** A JSON object; `RawJson` stands for a number. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RawJson);

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

/**
 * The structure of a secret without its values: every leaf becomes `null`.
 *
 * @param depth levels to show, 0 = all; what lies deeper becomes `null`.
 */
export function subkeysOf(data: JsonObject, depth: number, level = 1): JsonObject {
  const isShown = depth === 0 || level < depth;
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      isShown && isJsonObject(value) ? subkeysOf(value, depth, level + 1) : null,
    ]),
  );
}
