import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that holds the program's package.json, from source and from the build alike. The server's `node/version` has its own: no command starts by loading the kernel. */
export function packageRoot(from = __dirname): string {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && nameAndVersion(file).name === 'tidelock') return folder;
  }
  throw new Error('package.json of tidelock was not found above the program');
}

export const ownVersion = (): string => nameAndVersion(join(packageRoot(), 'package.json')).version;

const nameAndVersion = (file: string): { name: string; version: string } =>
  JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string };
