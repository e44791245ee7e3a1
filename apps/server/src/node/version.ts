import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The Vault API level that is spoken; clients choose their calls by it. */
const API_LEVEL = '1.17.0';

const root = rootFolder(__dirname);
const own = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;

export const VERSION = {
  own,
  /** As `sys/health` and `sys/seal-status` report it. */
  api: `${API_LEVEL}+tidelock.${own}`,
  /** RFC 3339; set by a release build. */
  buildDate: '2026-11-24T00:00:00Z',
};

/** Where the build leaves the web UI. */
export const UI_FOLDER = join(root, 'dist', 'apps', 'ui');

/** The folder that holds the program's package.json, from source and from the build alike. */
function rootFolder(from: string): string {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string };
      if (name === 'tidelock') return folder;
    } catch {
      // Not here: one folder up.
    }
  }
  throw new Error('package.json of tidelock was not found above the program');
}
