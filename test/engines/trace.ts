import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'trace';

/** Notes a line in the folder that the server runs in. It stands there when the call returns, even if the process is killed then. */
export const note = (line: string): void => appendFileSync(FILE, `${line}\n`);

/** What a server that ran in the folder has noted. */
export function notesIn(folder: string): readonly string[] {
  const file = join(folder, FILE);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}
