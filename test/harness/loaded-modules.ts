import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The modules that a Node process had loaded when it ended. Builtin ones are not among them. */
export class LoadedModules {
  readonly folder = mkdtempSync(join(tmpdir(), 'tidelock-modules-'));
  private readonly list = join(this.folder, 'modules.json');

  /** Environment of the process. */
  get env(): Readonly<Record<string, string>> {
    return {
      NODE_OPTIONS: `--require ${resolve(__dirname, 'note-modules.js')}`,
      TIDELOCK_TEST_MODULES_FILE: this.list,
    };
  }

  /** Paths of all files. */
  files(): string[] {
    return JSON.parse(readFileSync(this.list, 'utf8')) as string[];
  }

  /** Names of the installed packages among them, sorted. */
  packages(): string[] {
    const names = this.files().flatMap((file) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
    return [...new Set(names)].sort();
  }

  /** Our own sources among them: `apps/cli/src/run`. */
  own(): string[] {
    return this.files().flatMap((file) => /\/dist\/apps\/[^/]+\/((?:apps|libs)\/.+)\.js$/.exec(file)?.[1] ?? []);
  }

  forget(): void {
    rmSync(this.folder, { recursive: true });
  }
}
