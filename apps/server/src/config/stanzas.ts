import { Address, AnyCaseOf, Count, Duration, HostPorts, OneOf, SaslMechanism, Switch, Text, Whole } from './rules';

const LEVELS = ['trace', 'debug', 'info', 'notice', 'warn', 'warning', 'error', 'err', ''];
const TLS_VERSIONS = ['tls10', 'tls11', 'tls12', 'tls13'];

/** Attributes outside any block. */
export class TopLevel {
  @Address('address that clients and activation tokens are told') api_addr?: string;
  @Address('address that secondaries are told; by default `https://` and `cluster_address`') cluster_addr?: string;
  @Text('name of this cluster; by default `tidelock-cluster-` and eight hex digits, made once') cluster_name?: string;
  @Switch('serve the web UI under `/ui/`; on with `-dev`') ui?: boolean;
  @Switch('answers name this host (`X-Vault-Hostname`)') enable_response_header_hostname?: boolean;
  @Switch('keep secrets decrypted in memory once read, until the seal, for faster reads: SECURITY.md')
  cache_decrypted?: boolean;
  @Text('file that holds the id of the process while it runs') pid_file?: string;
  @Duration('default life of leases and tokens; no longer than `max_lease_ttl`', '768h')
  default_lease_ttl?: string | number;
  @Duration('longest life of leases and tokens', '768h') max_lease_ttl?: string | number;
  @AnyCaseOf(LEVELS, 'least severe lines that the log has', 'info') log_level?: string;
  @AnyCaseOf(['standard', 'json', ''], 'form of the lines of the log', 'standard') log_format?: string;
  @Text('file, or folder with `/` behind it, that the log goes to besides standard error') log_file?: string;
  @Count('size at which the log file is set aside; 0: at none', 0) log_rotate_bytes?: number;
  @Duration('age at which the log file is set aside', '24h') log_rotate_duration?: string | number;
  @Whole('how many files that were set aside are kept; 0: all, -1: none', 0) log_rotate_max_files?: number;
}

/** `storage "<kind>" { }`. */
export class StorageStanza {
  @Text('SQLite file; of `file` and `raft` the folder that holds it. From the environment: makes the storage "sqlite"')
  path?: string;
  @Text('PostgreSQL address. From the environment: makes the storage "postgresql"') connection_url?: string;
  @Text('PostgreSQL schema of this cluster') schema?: string;
}

/** `listener "tcp" { }`. */
export class ListenerStanza {
  @Text('where clients connect', '127.0.0.1:8200') address?: string;
  @Text('where other clusters connect; by default the port behind that of `address`') cluster_address?: string;
  @Switch('plain HTTP') tls_disable?: boolean;
  @Text('certificate of the API, PEM') tls_cert_file?: string;
  @Text('private key of `tls_cert_file`, PEM') tls_key_file?: string;
  @Text('authority of client certificates, PEM') tls_client_ca_file?: string;
  @Switch('refuse clients without a certificate of `tls_client_ca_file`') tls_require_and_verify_client_cert?: boolean;
  @Switch('do not ask for client certificates') tls_disable_client_certs?: boolean;
  @OneOf(TLS_VERSIONS, 'oldest version of TLS to offer', 'tls12') tls_min_version?: string;
  @OneOf(TLS_VERSIONS, 'newest version of TLS to offer; by default the newest there is') tls_max_version?: string;
  @Text('suites of TLS 1.2 to offer, by their IANA names, with commas') tls_cipher_suites?: string;
  @Count('largest request body, bytes', 33554432) max_request_size?: number;
  @Duration('time for the head of a request', '10s') http_read_header_timeout?: string | number;
  @Duration('time for a whole request', '30s') http_read_timeout?: string | number;
  @Duration('time until the next request', '5m') http_idle_timeout?: string | number;
  @Duration("time for an answer, from the end of the request's head; 0: without end", '0s')
  http_write_timeout?: string | number;
  @Switch('refuse requests without `X-Vault-Request: true` (412)') require_request_header?: boolean;
  @Switch('`sys/generate-root` takes a token with sudo') disable_unauthed_generate_root_endpoints?: boolean;
  @Switch('`sys/rekey` takes a token with sudo') disable_unauthed_rekey_endpoints?: boolean;
}

/** `telemetry { }` in a listener. */
export class ListenerTelemetryStanza {
  @Switch('metrics of this listener without a token') unauthenticated_metrics_access?: boolean;
}

/** `broker "kafka" { }`. */
export class BrokerStanza {
  @HostPorts('addresses of the brokers') brokers?: string[];
  @Text('first part of every topic name', 'tidelock') topic_prefix?: string;
  @Count("copies of each topic; by default the brokers' own default") replication_factor?: number;
  @Duration('how long the broker keeps messages', '168h') retention?: string | number;
}

/** `tls { }` in a broker. */
export class BrokerTlsStanza {
  @Text("authority of the brokers, PEM; by default the system's") ca_file?: string;
  @Text('client certificate for the brokers, PEM') cert_file?: string;
  @Text('private key of `cert_file`, PEM') key_file?: string;
  @Text("name expected in the brokers' certificates; by default their address") server_name?: string;
  @Switch('accept any certificate of the brokers') insecure_skip_verify?: boolean;
}

/** `sasl { }` in a broker, and in its `secondary { }`. */
export class BrokerSaslStanza {
  @SaslMechanism('how the user proves itself') mechanism?: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  @Text('user at the brokers') username?: string;
  @Text("the user's password") password?: string;
}

/** `replication { }`. */
export class ReplicationStanza {
  @Duration('longest wait for a forwarded write to come back', '2s') best_effort_wal_wait_duration?: string | number;
  @Switch('a secondary sends changes of mounts to the primary') forward_mounts?: boolean;
  @Switch("delete a joining secondary's old store, in place of keeping it aside") discard_wiped_store?: boolean;
  @Switch('honour X-Vault-Forward and X-Vault-Inconsistent') allow_forwarding_via_header?: boolean;
  @Count("disk that a primary's journal should take, bytes", 1073741824) journal_budget_bytes?: number;
}

/** `user_lockout "<type of auth method, or all>" { }`. */
export class UserLockoutStanza {
  @Count('failed logins that lock a user out', 5) lockout_threshold?: number;
  @Duration('how long a lock lasts', '15m') lockout_duration?: string | number;
  @Duration('how long a failed login counts', '15m') lockout_counter_reset?: string | number;
  @Switch('failed logins lock nobody') disable_lockout?: boolean;
}

/** `telemetry { }`. */
export class TelemetryStanza {
  @Duration('0 turns the metrics off; any other time is on', '24h') prometheus_retention_time?: string | number;
  @Switch('metrics of all listeners without a token') unauthenticated_metrics_access?: boolean;
  @Switch('no host name in the metrics: they have none') disable_hostname?: boolean;
}
