import type { TlsSettings, TroubleKind } from '@tidelock/client';
import type { Environment } from './config/environment';

/** Where a person gives the setting: the variable without its prefix, and the flag. */
const SETTINGS: Partial<Record<keyof TlsSettings, readonly [variable: string, flag?: string]>> = {
  caBytes: ['CACERT_BYTES'], caFile: ['CACERT', '-ca-cert'], caPath: ['CAPATH', '-ca-path'],
  clientCertFile: ['CLIENT_CERT', '-client-cert'], clientKeyFile: ['CLIENT_KEY', '-client-key'],
};

/** The variable that is set, else Vault's name for it, and the flag. */
export function settingName(setting: keyof TlsSettings, environment: Environment): string {
  const [variable, flag] = SETTINGS[setting] ?? [];
  if (variable === undefined) return setting;
  const name = environment.nameOf(variable) ?? `VAULT_${variable}`;
  return flag === undefined ? name : `${name} (${flag})`;
}

const HINTS: Partial<Record<TroubleKind, (host: string) => string>> = {
  'speaks-http': (host) => `export VAULT_ADDR=http://${host}`,
  'speaks-tls': (host) => `export VAULT_ADDR=https://${host}`,
  'unknown-authority': () => 'Set VAULT_CACERT (or -ca-cert) to the PEM file of the authority that signed it.',
  expired: () => 'The server needs a new certificate.',
  'other-name': () => 'Use a name that is in the certificate in VAULT_ADDR, or give it as VAULT_TLS_SERVER_NAME.',
  refused: () => 'Is the server running, and is VAULT_ADDR its address?',
  'unknown-host': () => 'Is VAULT_ADDR right?',
  unreachable: () => 'Is VAULT_ADDR right, and does the network lead there?',
};

/** A line for a person, with the empty one before it; `''` where there is nothing to say. */
export function hintFor(kind: TroubleKind | undefined, url: string): string {
  const hint = kind && HINTS[kind];
  return hint ? `\n\n${hint(new URL(url).host)}` : '';
}
