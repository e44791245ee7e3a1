import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../../..');
/** The store itself, which is subscribed to, and what tests alone use. */
const NOT_OURS = /^libs\/store\/|\.(?:spec|testing|contract)\.ts$|\/specs\//;

/** Files of the product that subscribe to the store, without their ending, sorted. */
export function subscribersInSource(): string[] {
  return ['apps', 'libs']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    )
    .filter((file) => file.endsWith('.ts') && !NOT_OURS.test(file))
    .filter((file) => /\.onCommit\(/.test(readFileSync(join(ROOT, file), 'utf8')))
    .map((file) => file.replace(/\.ts$/, ''))
    .sort();
}
