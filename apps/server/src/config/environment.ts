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
}

const variablesOf = (
  block: EnvironmentEntry['block'],
  variables: Readonly<Record<string, string>>,
): EnvironmentEntry[] => Object.entries(variables).map(([key, variable]) => ({ variable, block, key }));

/** Every variable that is honoured, by block and key. They win over files; flags win over them. */
export const ENVIRONMENT: readonly EnvironmentEntry[] = [
  ...variablesOf('flag', {
    'local-config': 'TIDELOCK_LOCAL_CONFIG',
    'dev-root-token-id': 'TIDELOCK_DEV_ROOT_TOKEN_ID',
    'dev-listen-address': 'TIDELOCK_DEV_LISTEN_ADDRESS',
  }),
  ...variablesOf('storage', {
    path: 'TIDELOCK_STORAGE_PATH',
    connection_url: 'TIDELOCK_STORAGE_URL',
    schema: 'TIDELOCK_STORAGE_SCHEMA',
  }),
  ...variablesOf('listener', {
    address: 'TIDELOCK_LISTEN_ADDRESS',
    cluster_address: 'TIDELOCK_CLUSTER_ADDRESS',
    tls_disable: 'TIDELOCK_TLS_DISABLE',
    tls_cert_file: 'TIDELOCK_TLS_CERT_FILE',
    tls_key_file: 'TIDELOCK_TLS_KEY_FILE',
    tls_client_ca_file: 'TIDELOCK_TLS_CLIENT_CA_FILE',
    tls_min_version: 'TIDELOCK_TLS_MIN_VERSION',
    tls_max_version: 'TIDELOCK_TLS_MAX_VERSION',
    tls_cipher_suites: 'TIDELOCK_TLS_CIPHER_SUITES',
    tls_require_and_verify_client_cert: 'TIDELOCK_TLS_REQUIRE_AND_VERIFY_CLIENT_CERT',
    tls_disable_client_certs: 'TIDELOCK_TLS_DISABLE_CLIENT_CERTS',
    disable_unauthed_generate_root_endpoints: 'TIDELOCK_DISABLE_UNAUTHED_GENERATE_ROOT_ENDPOINTS',
    disable_unauthed_rekey_endpoints: 'TIDELOCK_DISABLE_UNAUTHED_REKEY_ENDPOINTS',
    max_request_size: 'TIDELOCK_MAX_REQUEST_SIZE',
    http_read_header_timeout: 'TIDELOCK_HTTP_READ_HEADER_TIMEOUT',
    http_read_timeout: 'TIDELOCK_HTTP_READ_TIMEOUT',
    http_idle_timeout: 'TIDELOCK_HTTP_IDLE_TIMEOUT',
    http_write_timeout: 'TIDELOCK_HTTP_WRITE_TIMEOUT',
    require_request_header: 'TIDELOCK_REQUIRE_REQUEST_HEADER',
  }),
  ...variablesOf('', {
    api_addr: 'TIDELOCK_API_ADDR',
    cluster_addr: 'TIDELOCK_CLUSTER_ADDR',
    cluster_name: 'TIDELOCK_CLUSTER_NAME',
    ui: 'TIDELOCK_UI',
    enable_response_header_hostname: 'TIDELOCK_ENABLE_RESPONSE_HEADER_HOSTNAME',
    pid_file: 'TIDELOCK_PID_FILE',
    default_lease_ttl: 'TIDELOCK_DEFAULT_LEASE_TTL',
    max_lease_ttl: 'TIDELOCK_MAX_LEASE_TTL',
    cache_decrypted: 'TIDELOCK_CACHE_DECRYPTED',
    log_level: 'TIDELOCK_LOG_LEVEL',
    log_format: 'TIDELOCK_LOG_FORMAT',
    log_file: 'TIDELOCK_LOG_FILE',
    log_rotate_bytes: 'TIDELOCK_LOG_ROTATE_BYTES',
    log_rotate_duration: 'TIDELOCK_LOG_ROTATE_DURATION',
    log_rotate_max_files: 'TIDELOCK_LOG_ROTATE_MAX_FILES',
  }),
  ...variablesOf('broker', {
    brokers: 'TIDELOCK_KAFKA_BROKERS',
    topic_prefix: 'TIDELOCK_KAFKA_TOPIC_PREFIX',
    replication_factor: 'TIDELOCK_KAFKA_REPLICATION_FACTOR',
    retention: 'TIDELOCK_KAFKA_RETENTION',
  }),
  ...variablesOf('broker.tls', {
    ca_file: 'TIDELOCK_KAFKA_TLS_CA_FILE',
    cert_file: 'TIDELOCK_KAFKA_TLS_CERT_FILE',
    key_file: 'TIDELOCK_KAFKA_TLS_KEY_FILE',
    server_name: 'TIDELOCK_KAFKA_TLS_SERVER_NAME',
    insecure_skip_verify: 'TIDELOCK_KAFKA_TLS_INSECURE_SKIP_VERIFY',
  }),
  ...variablesOf('broker.sasl', {
    mechanism: 'TIDELOCK_KAFKA_SASL_MECHANISM',
    username: 'TIDELOCK_KAFKA_SASL_USERNAME',
    password: 'TIDELOCK_KAFKA_SASL_PASSWORD',
  }),
  ...variablesOf('broker.secondary.sasl', {
    mechanism: 'TIDELOCK_KAFKA_SECONDARY_SASL_MECHANISM',
    username: 'TIDELOCK_KAFKA_SECONDARY_SASL_USERNAME',
    password: 'TIDELOCK_KAFKA_SECONDARY_SASL_PASSWORD',
  }),
  ...variablesOf('replication', {
    best_effort_wal_wait_duration: 'TIDELOCK_REPLICATION_WAIT',
    forward_mounts: 'TIDELOCK_REPLICATION_FORWARD_MOUNTS',
    discard_wiped_store: 'TIDELOCK_REPLICATION_DISCARD_WIPED_STORE',
    allow_forwarding_via_header: 'TIDELOCK_REPLICATION_ALLOW_FORWARDING_VIA_HEADER',
    journal_budget_bytes: 'TIDELOCK_REPLICATION_JOURNAL_BUDGET_BYTES',
  }),
  ...variablesOf('user_lockout', { disable_lockout: 'TIDELOCK_DISABLE_USER_LOCKOUT' }),
  ...variablesOf('telemetry', {
    prometheus_retention_time: 'TIDELOCK_PROMETHEUS_RETENTION_TIME',
    unauthenticated_metrics_access: 'TIDELOCK_UNAUTHENTICATED_METRICS_ACCESS',
    disable_hostname: 'TIDELOCK_DISABLE_HOSTNAME',
  }),
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
interface Override {
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
