/** A place in the configuration: a block (`""` = outside any) and a key in it. */
export interface EnvironmentEntry {
  readonly variable: string;
  readonly block:
    | ''
    | 'storage'
    | 'listener'
    | 'broker'
    | 'broker.tls'
    | 'broker.sasl'
    | 'broker.secondary.sasl'
    | 'replication'
    | 'telemetry'
    | 'user_lockout'
    | 'flag';
  readonly key: string;
  readonly meaning: string;
}

const entry = (variable: string, block: EnvironmentEntry['block'], key: string, meaning: string): EnvironmentEntry => ({
  variable,
  block,
  key,
  meaning,
});

/** Every variable that is honoured. They win over files; flags win over them. */
export const ENVIRONMENT: readonly EnvironmentEntry[] = [
  entry(
    'TIDELOCK_LOCAL_CONFIG',
    'flag',
    'local-config',
    'a whole configuration as HCL or JSON text, read after the files',
  ),
  entry('TIDELOCK_DEV_ROOT_TOKEN_ID', 'flag', 'dev-root-token-id', 'root token of development mode'),
  entry('TIDELOCK_DEV_LISTEN_ADDRESS', 'flag', 'dev-listen-address', 'where development mode listens'),
  entry('TIDELOCK_STORAGE_PATH', 'storage', 'path', 'SQLite file (makes the storage "sqlite")'),
  entry('TIDELOCK_STORAGE_URL', 'storage', 'connection_url', 'PostgreSQL address (makes the storage "postgresql")'),
  entry('TIDELOCK_STORAGE_SCHEMA', 'storage', 'schema', 'PostgreSQL schema of this cluster'),
  entry('TIDELOCK_LISTEN_ADDRESS', 'listener', 'address', 'where clients connect'),
  entry('TIDELOCK_CLUSTER_ADDRESS', 'listener', 'cluster_address', 'where other clusters connect'),
  entry('TIDELOCK_TLS_DISABLE', 'listener', 'tls_disable', 'plain HTTP'),
  entry('TIDELOCK_TLS_CERT_FILE', 'listener', 'tls_cert_file', 'certificate of the API, PEM'),
  entry('TIDELOCK_TLS_KEY_FILE', 'listener', 'tls_key_file', 'its private key, PEM'),
  entry('TIDELOCK_TLS_CLIENT_CA_FILE', 'listener', 'tls_client_ca_file', 'authority of client certificates, PEM'),
  entry('TIDELOCK_TLS_MIN_VERSION', 'listener', 'tls_min_version', 'tls12 or tls13'),
  entry('TIDELOCK_TLS_MAX_VERSION', 'listener', 'tls_max_version', 'tls12 or tls13; the newest by default'),
  entry(
    'TIDELOCK_TLS_CIPHER_SUITES',
    'listener',
    'tls_cipher_suites',
    'suites of TLS 1.2 to offer, by their IANA names, with commas',
  ),
  entry(
    'TIDELOCK_TLS_REQUIRE_AND_VERIFY_CLIENT_CERT',
    'listener',
    'tls_require_and_verify_client_cert',
    'refuse clients without a certificate of that authority',
  ),
  entry(
    'TIDELOCK_TLS_DISABLE_CLIENT_CERTS',
    'listener',
    'tls_disable_client_certs',
    'do not ask for client certificates',
  ),
  entry(
    'TIDELOCK_DISABLE_UNAUTHED_GENERATE_ROOT_ENDPOINTS',
    'listener',
    'disable_unauthed_generate_root_endpoints',
    '`sys/generate-root` takes a token with sudo',
  ),
  entry(
    'TIDELOCK_DISABLE_UNAUTHED_REKEY_ENDPOINTS',
    'listener',
    'disable_unauthed_rekey_endpoints',
    '`sys/rekey` takes a token with sudo',
  ),
  entry('TIDELOCK_MAX_REQUEST_SIZE', 'listener', 'max_request_size', 'largest request body, bytes'),
  entry(
    'TIDELOCK_HTTP_READ_HEADER_TIMEOUT',
    'listener',
    'http_read_header_timeout',
    'time for the head of a request (10s)',
  ),
  entry('TIDELOCK_HTTP_READ_TIMEOUT', 'listener', 'http_read_timeout', 'time for a whole request (30s)'),
  entry('TIDELOCK_HTTP_IDLE_TIMEOUT', 'listener', 'http_idle_timeout', 'time until the next request (5m)'),
  entry(
    'TIDELOCK_HTTP_WRITE_TIMEOUT',
    'listener',
    'http_write_timeout',
    "time for an answer, from the end of the request's head; 0, without end, by default",
  ),
  entry(
    'TIDELOCK_REQUIRE_REQUEST_HEADER',
    'listener',
    'require_request_header',
    'refuse requests without `X-Vault-Request: true` (412)',
  ),
  entry('TIDELOCK_API_ADDR', '', 'api_addr', 'address that clients and activation tokens are told'),
  entry('TIDELOCK_CLUSTER_ADDR', '', 'cluster_addr', 'address that secondaries are told'),
  entry('TIDELOCK_CLUSTER_NAME', '', 'cluster_name', 'name of this cluster'),
  entry('TIDELOCK_UI', '', 'ui', 'serve the web UI'),
  entry(
    'TIDELOCK_ENABLE_RESPONSE_HEADER_HOSTNAME',
    '',
    'enable_response_header_hostname',
    'answers name this host (`X-Vault-Hostname`)',
  ),
  entry('TIDELOCK_PID_FILE', '', 'pid_file', 'file that holds the id of the process while it runs'),
  entry('TIDELOCK_DEFAULT_LEASE_TTL', '', 'default_lease_ttl', 'default life of leases and tokens'),
  entry('TIDELOCK_MAX_LEASE_TTL', '', 'max_lease_ttl', 'longest life of leases and tokens'),
  entry('TIDELOCK_CACHE_DECRYPTED', '', 'cache_decrypted', 'keep secrets decrypted in memory, for faster reads'),
  entry('TIDELOCK_LOG_LEVEL', '', 'log_level', 'trace, debug, info, warn or error'),
  entry('TIDELOCK_LOG_FORMAT', '', 'log_format', 'standard or json'),
  entry(
    'TIDELOCK_LOG_FILE',
    '',
    'log_file',
    'file, or folder with `/` behind it, that the log goes to besides standard error',
  ),
  entry('TIDELOCK_LOG_ROTATE_BYTES', '', 'log_rotate_bytes', 'size at which the log file is set aside'),
  entry('TIDELOCK_LOG_ROTATE_DURATION', '', 'log_rotate_duration', 'age at which it is; 24h by default'),
  entry('TIDELOCK_LOG_ROTATE_MAX_FILES', '', 'log_rotate_max_files', 'how many such files are kept; 0 is all, -1 none'),
  entry('TIDELOCK_KAFKA_BROKERS', 'broker', 'brokers', 'host:port of the brokers, with commas'),
  entry('TIDELOCK_KAFKA_TOPIC_PREFIX', 'broker', 'topic_prefix', 'first part of every topic name'),
  entry('TIDELOCK_KAFKA_REPLICATION_FACTOR', 'broker', 'replication_factor', 'copies of each topic'),
  entry('TIDELOCK_KAFKA_RETENTION', 'broker', 'retention', 'how long the broker keeps messages'),
  entry('TIDELOCK_KAFKA_TLS_CA_FILE', 'broker.tls', 'ca_file', 'authority of the brokers, PEM'),
  entry('TIDELOCK_KAFKA_TLS_CERT_FILE', 'broker.tls', 'cert_file', 'client certificate for the brokers, PEM'),
  entry('TIDELOCK_KAFKA_TLS_KEY_FILE', 'broker.tls', 'key_file', 'its private key, PEM'),
  entry('TIDELOCK_KAFKA_TLS_SERVER_NAME', 'broker.tls', 'server_name', "name expected in the brokers' certificates"),
  entry(
    'TIDELOCK_KAFKA_TLS_INSECURE_SKIP_VERIFY',
    'broker.tls',
    'insecure_skip_verify',
    'accept any certificate of the brokers',
  ),
  entry('TIDELOCK_KAFKA_SASL_MECHANISM', 'broker.sasl', 'mechanism', 'PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512'),
  entry('TIDELOCK_KAFKA_SASL_USERNAME', 'broker.sasl', 'username', 'user at the brokers'),
  entry('TIDELOCK_KAFKA_SASL_PASSWORD', 'broker.sasl', 'password', "the user's password"),
  entry(
    'TIDELOCK_KAFKA_SECONDARY_SASL_MECHANISM',
    'broker.secondary.sasl',
    'mechanism',
    'the same, of the user that secondaries are given',
  ),
  entry(
    'TIDELOCK_KAFKA_SECONDARY_SASL_USERNAME',
    'broker.secondary.sasl',
    'username',
    'user that secondaries without a broker stanza are given',
  ),
  entry('TIDELOCK_KAFKA_SECONDARY_SASL_PASSWORD', 'broker.secondary.sasl', 'password', "that user's password"),
  entry(
    'TIDELOCK_REPLICATION_WAIT',
    'replication',
    'best_effort_wal_wait_duration',
    'longest wait for a forwarded write to come back',
  ),
  entry(
    'TIDELOCK_REPLICATION_FORWARD_MOUNTS',
    'replication',
    'forward_mounts',
    'a secondary sends changes of mounts to the primary',
  ),
  entry(
    'TIDELOCK_REPLICATION_DISCARD_WIPED_STORE',
    'replication',
    'discard_wiped_store',
    "delete a joining secondary's old store",
  ),
  entry(
    'TIDELOCK_REPLICATION_ALLOW_FORWARDING_VIA_HEADER',
    'replication',
    'allow_forwarding_via_header',
    'honour X-Vault-Forward and X-Vault-Inconsistent',
  ),
  entry(
    'TIDELOCK_REPLICATION_JOURNAL_BUDGET_BYTES',
    'replication',
    'journal_budget_bytes',
    "disk that a primary's journal should take",
  ),
  entry('TIDELOCK_DISABLE_USER_LOCKOUT', 'user_lockout', 'disable_lockout', 'failed logins lock nobody'),
  entry(
    'TIDELOCK_PROMETHEUS_RETENTION_TIME',
    'telemetry',
    'prometheus_retention_time',
    'how long metrics are kept; 0 turns them off',
  ),
  entry(
    'TIDELOCK_UNAUTHENTICATED_METRICS_ACCESS',
    'telemetry',
    'unauthenticated_metrics_access',
    'metrics without a token',
  ),
  entry('TIDELOCK_DISABLE_HOSTNAME', 'telemetry', 'disable_hostname', 'no host name in the metrics'),
];

/** Vault's own names, honoured where ours is absent. */
export const VAULT_NAMES: Readonly<Record<string, string>> = {
  VAULT_API_ADDR: 'TIDELOCK_API_ADDR',
  VAULT_CLUSTER_ADDR: 'TIDELOCK_CLUSTER_ADDR',
  VAULT_LOG_LEVEL: 'TIDELOCK_LOG_LEVEL',
  VAULT_LOG_FORMAT: 'TIDELOCK_LOG_FORMAT',
  VAULT_UI: 'TIDELOCK_UI',
  VAULT_LOCAL_CONFIG: 'TIDELOCK_LOCAL_CONFIG',
  VAULT_DISABLE_USER_LOCKOUT: 'TIDELOCK_DISABLE_USER_LOCKOUT',
  VAULT_DEV_ROOT_TOKEN_ID: 'TIDELOCK_DEV_ROOT_TOKEN_ID',
  VAULT_DEV_LISTEN_ADDRESS: 'TIDELOCK_DEV_LISTEN_ADDRESS',
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of one of our variables, or of Vault's name for it. An empty one counts as absent. */
export const valueOf = (env: Environment, variable: string): string | undefined =>
  env[setNameOf(env, variable)] || undefined;

/** The name under which a variable of ours is set, for messages: ours, or Vault's where that one counts. */
export function setNameOf(env: Environment, variable: string): string {
  const vaultName = Object.entries(VAULT_NAMES).find(([, ours]) => ours === variable)?.[0];
  return !env[variable] && vaultName !== undefined && env[vaultName] ? vaultName : variable;
}

/** An attribute that comes from the environment. */
export interface Override {
  readonly variable: string;
  readonly value: string;
}

export type Overrides = Readonly<Record<string, Override>>;

/** What the environment says about a block, by attribute. */
export function overridesFor(env: Environment, block: EnvironmentEntry['block']): Overrides {
  const overrides: Record<string, Override> = {};
  for (const { variable, block: place, key } of ENVIRONMENT) {
    const value = place === block ? valueOf(env, variable) : undefined;
    if (value !== undefined) overrides[key] = { variable: setNameOf(env, variable), value };
  }
  return overrides;
}
