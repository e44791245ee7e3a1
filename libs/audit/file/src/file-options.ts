import { badRequest } from '@tidelock/kernel';

export interface FileOptions {
  readonly path: string;
  /** Permission bits of the file; `undefined`: left as they are. */
  readonly mode: number | undefined;
}

const DEFAULT_MODE = 0o600;

/** The file device's own options: `file_path` (or `path`) and `mode`, octal. */
export function fileOptionsOf(options: Readonly<Record<string, string>>): FileOptions {
  const path = options['file_path'] || options['path'];
  if (!path) throw badRequest('"file_path" is required, in "options"');
  return { path, mode: modeOf(options['mode']) };
}

function modeOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return DEFAULT_MODE;
  if (!/^[0-7]{1,4}$/.test(text))
    throw badRequest(`unable to parse 'mode': ${JSON.stringify(text)} is not an octal number`);
  const mode = Number.parseInt(text, 8);
  if ((mode & 0o111) !== 0) throw badRequest(`file mode does not allow execution: ${text}`);
  return mode === 0 ? undefined : mode;
}
