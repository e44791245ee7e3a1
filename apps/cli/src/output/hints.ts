import type { TlsSettings, TroubleKind } from '@tidelock/client';
import type { Environment } from '../config/environment';

/** Where a person gives the setting: the variable without its prefix, and the flag. */
const SETTINGS: Partial<Record<keyof TlsSettings, readonly [variable: string, flag?: string]>> = {
  caBytes: ['CACERT_BYTES'],
  caFile: ['CACERT', '-ca-cert'],
  caPath: ['CAPATH', '-ca-path'],
  clientCertFile: ['CLIENT_CERT', '-client-cert'],
  clientKeyFile: ['CLIENT_KEY', '-client-key'],
};

/** The variable that is set, else Vault's name for it, and the flag. */
export function settingName(setting: keyof TlsSettings, environment: Environment): string {
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
export function hintFor(kind: TroubleKind | undefined, url: string, environment: Environment): string {
  const hint = kind && HINTS[kind];
  return hint ? `\n\n${hint(new URL(url).host, (variable) => variableOf(variable, environment))}` : '';
}

/** The one that is set, for it wins over the other; else Vault's. */
const variableOf = (variable: string, environment: Environment): string =>
  environment.nameOf(variable) ?? `VAULT_${variable}`;
