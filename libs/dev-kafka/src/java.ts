import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const NEEDED = 17;

/** @returns the command that starts Java 17 or newer (`JAVA_HOME` first, then the path), or undefined. */
export function findJava(env: NodeJS.ProcessEnv): string | undefined {
  const home = env['JAVA_HOME'];
  const candidates = home ? [join(home, 'bin', 'java'), 'java'] : ['java'];
  return candidates.find((java) => (java === 'java' || existsSync(java)) && javaVersion(java, env) >= NEEDED);
}

function javaVersion(java: string, env: NodeJS.ProcessEnv): number {
  try {
    return majorOf(execFileSync(java, ['--version'], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return 0;
  }
}

/** The major version in the first line of `java --version`: `openjdk 17.0.15 2025-04-15` is 17. */
export function majorOf(output: string): number {
  return Number(/^\S+ (\d+)/.exec(output)?.[1] ?? 0);
}
