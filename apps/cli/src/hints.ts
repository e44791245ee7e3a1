import type { TlsSettings, TroubleKind } from '@tidelock/client';

/** Where a person gives the setting. */
const SETTINGS: Partial<Record<keyof TlsSettings, string>> = {
  caBytes: 'VAULT_CACERT_BYTES', caFile: 'VAULT_CACERT (-ca-cert)', caPath: 'VAULT_CAPATH (-ca-path)',
  clientCertFile: 'VAULT_CLIENT_CERT (-client-cert)', clientKeyFile: 'VAULT_CLIENT_KEY (-client-key)',
};

export const settingName = (setting: keyof TlsSettings): string => SETTINGS[setting] ?? setting;

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
