import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A folder and what is missing above it, for nobody else. Node's own `recursive` never comes back where a file system takes no folders and says
 * ENOENT, as `/proc` does.
 *
 * @throws {Error} the file system's, with `code`.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Somebody else was faster.
    if (!existsSync(path)) throw error;
  }
}
