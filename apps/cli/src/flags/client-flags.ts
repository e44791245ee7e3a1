import type { FlagSpecs } from './parse-flags';

const text = (help: string) => ({ kind: 'text', help }) as const;
const toggle = (help: string) => ({ kind: 'switch', help }) as const;

/** Flags of every command that talks to a server, with Vault's names. */
export const CLIENT_FLAGS: FlagSpecs = {
  address: text('Address of the server (VAULT_ADDR).'),
  namespace: text('Namespace (VAULT_NAMESPACE).'),
  ns: text('Short for -namespace.'),
  'ca-cert': text('PEM file of trusted authorities (VAULT_CACERT).'),
  'ca-path': text('Folder of such files (VAULT_CAPATH).'),
  'client-cert': text('PEM client certificate (VAULT_CLIENT_CERT).'),
  'client-key': text('PEM key of it (VAULT_CLIENT_KEY).'),
  'tls-server-name': text('Name expected in the certificate (VAULT_TLS_SERVER_NAME).'),
  'tls-skip-verify': toggle('Accept any certificate (VAULT_SKIP_VERIFY).'),
  'wrap-ttl': text('Wrap the answer for so long (VAULT_WRAP_TTL).'),
  format: text('table, json, yaml or raw (VAULT_FORMAT).'),
  field: text('Print only this member.'),
  help: toggle('Show help.'),
  h: toggle('Show help.'),
};
