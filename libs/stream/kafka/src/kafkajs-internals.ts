import { createRequire } from 'node:module';

const load = createRequire(__filename);

/** The library itself: without a broker there is no use for it. */
export const kafkajs = (): typeof import('kafkajs') => require('kafkajs');

/**
 * What the instances of a class inside kafkajs inherit, to be replaced.
 *
 * @param path of its module, below kafkajs's `src`.
 * @param methods that the replacement builds on.
 * @throws {Error} where one is missing: kafkajs is not the exact version pinned in package.json.
 */
export function prototypeIn<T extends object>(path: string, ...methods: readonly (keyof T)[]): T {
  const { prototype } = load(`kafkajs/src/${path}`) as { prototype: T };
  if (methods.some((name) => typeof prototype[name] !== 'function'))
    throw new Error('kafkajs is not the version this was made for');
  return prototype;
}
