import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Writes this process' id into `pid_file`, over what a process that was killed has left there.
 *
 * @returns removes the file, unless another process has written its own id there meanwhile.
 * @throws {Error} naming the key, when the file cannot be written.
 */
export function writePidFile(path: string, id: number = process.pid): () => void {
  try {
    writeFileSync(path, `${id}\n`);
  } catch (error) {
    throw new Error(`"pid_file" must be a file that can be written: ${(error as Error).message}`);
  }
  return () => {
    if (contentOf(path) === `${id}\n`) rmSync(path, { force: true });
  };
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
