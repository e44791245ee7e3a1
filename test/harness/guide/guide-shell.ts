import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { Block, Section } from './guide';
import { differenceFromShown } from './shown-output';

const BIN = resolve(__dirname, '../../../bin');
const PATIENCE_MS = 150_000;
/** What a section has started ends with it. */
const ENDING = "trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT";

/**
 * Runs the blocks of a section in one bash, as an operator would paste them, in an empty home folder and with `tidelock` on the path.
 *
 * @throws {Error} naming the first block that ends or prints otherwise than the guide says.
 */
export async function runSection({ blocks }: Section, environment: Readonly<Record<string, string>>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidelock-guide-'));
  const env = { PATH: `${BIN}${delimiter}${process.env['PATH']}`, HOME: folder, LANG: 'C.UTF-8', ...environment };
  const complaint = await bash(['set -euo pipefail', ENDING, ...blocks.map(commandsOf)].join('\n'), folder, env);
  for (const [at, { line, shown, code }] of blocks.entries()) {
    const printed = readIfThere(join(folder, `block-${at}`));
    const where = `line ${line} of the guide:\n${code}\n`;
    if (!existsSync(join(folder, `done-${at}`)))
      throw new Error(`${where}ended otherwise than the guide says, after printing\n${printed}${complaint}`);
    const difference = shown === undefined ? undefined : differenceFromShown(shown, printed);
    if (difference !== undefined) throw new Error(`${where}${difference}`);
  }
}

/** The block in the shell itself, so that what it exports stays. */
function commandsOf({ code, exit }: Block, at: number): string {
  const run = `{\n${code}\n} >"$HOME/block-${at}" 2>&1`;
  const done = `: >"$HOME/done-${at}"`;
  return exit === 0 ? `${run}\n${done}` : `set +e\n${run}\n[ $? = ${exit} ] || exit 1\nset -e\n${done}`;
}

/** @returns what the shell itself had to say. */
const bash = (script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> =>
  new Promise((done) =>
    execFile('bash', ['-c', script], { cwd, env, timeout: PATIENCE_MS }, (_error, out, complaint) =>
      done(`${out}${complaint}`),
    ),
  );

const readIfThere = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
