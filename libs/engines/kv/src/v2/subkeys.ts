import { isJsonObject, type JsonObject } from './json-object';

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
