import type { Flag } from './parse-flags';

/** How the server is reached; every command that talks to one has these. */
export const HTTP_FLAGS: readonly Flag[] = [
  {
    name: 'address',
    kind: 'text',
    help: 'Address of the server. TIDELOCK_ADDR, VAULT_ADDR; default https://127.0.0.1:8200.',
  },
  { name: 'ca-cert', kind: 'text', help: 'PEM file with the certificate authority to trust. VAULT_CACERT.' },
  { name: 'ca-path', kind: 'text', help: 'Folder with PEM files of authorities to trust. VAULT_CAPATH.' },
  { name: 'client-cert', kind: 'text', help: "PEM file with the client's own certificate. VAULT_CLIENT_CERT." },
  { name: 'client-key', kind: 'text', help: "PEM file with that certificate's key. VAULT_CLIENT_KEY." },
  {
    name: 'tls-server-name',
    kind: 'text',
    help: "Name to ask for and to check in the server's certificate. VAULT_TLS_SERVER_NAME.",
  },
  { name: 'tls-skip-verify', kind: 'boolean', help: "Do not check the server's certificate. VAULT_SKIP_VERIFY." },
  { name: 'namespace', aliases: ['ns'], kind: 'text', help: 'Namespace of the request. VAULT_NAMESPACE.' },
  { name: 'header', kind: 'texts', help: 'Another header, as "name=value"; may be repeated.' },
  {
    name: 'wrap-ttl',
    kind: 'text',
    help: 'Wrap the answer in a token that lives this long ("30s", "5m"). VAULT_WRAP_TTL.',
  },
  { name: 'mfa', kind: 'texts', help: 'MFA credentials, as "method[:code]"; may be repeated. VAULT_MFA.' },
  { name: 'policy-override', kind: 'boolean', help: 'Override a policy that may be overridden.' },
  { name: 'non-interactive', kind: 'boolean', help: 'Never ask for input at the terminal.' },
];

/** How the answer is shown. */
export const FORMAT_FLAG: Flag = {
  name: 'format',
  kind: 'text',
  help: 'table, json, yaml or raw. TIDELOCK_FORMAT, VAULT_FORMAT; default table.',
};
export const FIELD_FLAG: Flag = { name: 'field', kind: 'text', help: 'Print this one field only.' };

/** Every command's. */
export const HELP_FLAG: Flag = { name: 'help', aliases: ['h'], kind: 'boolean', help: 'Show this text.' };
