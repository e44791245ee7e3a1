import type { Call } from './command';
import { LocalError } from './local-error';

/** @throws {LocalError} when there are fewer or more arguments than the command takes. */
export function checkArguments({ args }: Call, least: number, most: number): void {
  const expected = least === most ? String(least) : args.length < least ? `at least ${least}` : `at most ${most}`;
  if (args.length < least) throw new LocalError(`Not enough arguments (expected ${expected}, got ${args.length})`);
  if (args.length > most) throw new LocalError(`Too many arguments (expected ${expected}, got ${args.length})`);
}

/**
 * The first argument, a path: slashes before and behind it mean nothing.
 *
 * @throws {LocalError} for a segment `.` or `..`: a URL would resolve it to another path.
 */
export const pathArgument = (call: Call): string => folderArgument(call).replace(/\/+$/, '');

/** The same, of a folder, which may end in a slash. @throws as `pathArgument` does. */
export function folderArgument({ args }: Call): string {
  const path = (args[0] as string).trim().replace(/^\/+/, '');
  if (path.split('/').some((segment) => segment === '.' || segment === '..'))
    throw new LocalError('path cannot contain parent references');
  return path;
}
