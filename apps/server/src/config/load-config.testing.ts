import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from './load-config';

const folder = mkdtempSync(join(tmpdir(), 'tidelock-config-'));
/** @returns the path of a file that holds the text. */
export const written = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
export const PLAIN = { TIDELOCK_TLS_DISABLE: 'true' };
/** Plain HTTP unless a test says otherwise. */
export const load = (text: string, env: Record<string, string> = PLAIN, args: readonly string[] = []) =>
  loadConfig([`-config=${written('tidelock.hcl', text)}`, ...args], env);
