import { readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where `login` keeps the token and other commands find it: `~/.vault-token`, the place Vault's clients share. */
export class TokenFile {
  constructor(private readonly path = join(homedir(), '.vault-token')) {}

  async load(): Promise<string | undefined> {
    try {
      return (await readFile(this.path, 'utf8')).trim() || undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Written aside first: never readable by others, never half there. */
  async store(token: string): Promise<void> {
    const aside = `${this.path}.${process.pid}.tmp`;
    await writeFile(aside, token, { mode: 0o600 });
    await rename(aside, this.path);
  }
}
