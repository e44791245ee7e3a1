import { ApiError, ConnectionError, TlsFileError, type TlsSettings, type TroubleKind } from '@tidelock/client';
import { isTidelockError } from '@tidelock/kernel';
import { EXIT } from '../call/command';
import type { Environment } from '../config/environment';
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

/** Where a person gives the setting: the variable without its prefix, and the flag. */
const SETTINGS: Partial<Record<keyof TlsSettings, readonly [variable: string, flag?: string]>> = {
  caBytes: ['CACERT_BYTES'],
  caFile: ['CACERT', '-ca-cert'],
  caPath: ['CAPATH', '-ca-path'],
  clientCertFile: ['CLIENT_CERT', '-client-cert'],
  clientKeyFile: ['CLIENT_KEY', '-client-key'],
};

/** The variable that is set, else Vault's name for it, and the flag. */
function settingName(setting: keyof TlsSettings, environment: Environment): string {
  const [variable, flag] = SETTINGS[setting] ?? [];
  if (variable === undefined) return setting;
  const name = variableOf(variable, environment);
  return flag === undefined ? name : `${name} (${flag})`;
}

type NameOf = (variable: string) => string;

const HINTS: Partial<Record<TroubleKind, (host: string, nameOf: NameOf) => string>> = {
  'speaks-http': (host, nameOf) => `export ${nameOf('ADDR')}=http://${host}`,
  'speaks-tls': (host, nameOf) => `export ${nameOf('ADDR')}=https://${host}`,
  'unknown-authority': (_, nameOf) =>
    `Set ${nameOf('CACERT')} (or -ca-cert) to the PEM file of the authority that signed it.`,
  expired: () => 'The server needs a new certificate.',
  'other-name': (_, nameOf) =>
    `Use a name that is in the certificate in ${nameOf('ADDR')}, or give it as ${nameOf('TLS_SERVER_NAME')}.`,
  refused: (_, nameOf) => `Is the server running, and is ${nameOf('ADDR')} its address?`,
  'unknown-host': (_, nameOf) => `Is ${nameOf('ADDR')} right?`,
  unreachable: (_, nameOf) => `Is ${nameOf('ADDR')} right, and does the network lead there?`,
};

/** A line for a person, with the empty one before it; `''` where there is nothing to say. */
function hintFor(kind: TroubleKind | undefined, url: string, environment: Environment): string {
  const hint = kind && HINTS[kind];
  return hint ? `\n\n${hint(new URL(url).host, (variable) => variableOf(variable, environment))}` : '';
}

/** The one that is set, for it wins over the other; else Vault's. */
const variableOf = (variable: string, environment: Environment): string =>
  environment.nameOf(variable) ?? `VAULT_${variable}`;
