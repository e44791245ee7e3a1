import { ApiError, ConnectionError, TlsFileError } from '@tidelock/client';
import { isTidelockError } from '@tidelock/kernel';
import { EXIT } from '../call/command';
import type { Environment } from '../config/environment';
import { hintFor, settingName } from './hints';
import { LocalError } from '../call/local-error';

/** What a failure means for the exit code: an answer, or none, is the server's; all else is ours. */
export const exitCodeOf = (error: unknown): number =>
  error instanceof ApiError || error instanceof ConnectionError ? EXIT.server : EXIT.local;

/** What a person reads. Never a stack for what can be expected. */
export function failureText(error: unknown, environment: Environment): string {
  if (error instanceof ApiError) return apiErrorText(error, environment);
  if (error instanceof ConnectionError)
    return `${error.message}${hintFor(error.trouble?.kind, error.url, environment)}`;
  if (error instanceof TlsFileError) return `${settingName(error.setting, environment)}: ${error.message}`;
  const isExpected =
    error instanceof LocalError || isTidelockError(error) || (error instanceof Error && 'code' in error);
  return isExpected ? (error as Error).message : String((error as Error).stack ?? error);
}

/** What to do about an answer, by its text. */
const ADVICE = new Map<string, (url: string, environment: Environment) => string>([
  ['Client sent an HTTP request to an HTTPS server.', (url, environment) => hintFor('speaks-tls', url, environment)],
  ['Vault is sealed', () => '\n\nGive it its unseal keys: tidelock operator unseal'],
]);

function apiErrorText({ method, url, status, errors }: ApiError, environment: Environment): string {
  const list = errors.map((text) => `* ${text.trim()}\n`).join('');
  const hint = errors.map((text) => ADVICE.get(text)?.(url, environment) ?? '').join('');
  return (
    `Error making API request.\n\nURL: ${method} ${url}\nCode: ${status}.${errors.length === 0 ? '' : ` Errors:\n\n${list}`}`.trimEnd() +
    hint
  );
}

/** Says what was being done when it failed: `Error reading secret/a: …`. */
export async function during<T>(what: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (exitCodeOf(error) === EXIT.server) (error as { doing?: string }).doing = what;
    throw error;
  });
}

/** The words that `during` left. */
export const doingOf = (error: unknown): string | undefined => (error as { doing?: string }).doing;
