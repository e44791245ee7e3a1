import { Address, AnyCaseOf, Count, Duration, HostPorts, OneOf, SaslMechanism, Switch, Text, Whole } from './rules';

/** Attributes outside any block. */
export class TopLevel {
  @Address() api_addr?: string;
  @Address() cluster_addr?: string;
  @Text() cluster_name?: string;
  @Switch() ui?: boolean;
  @Switch() enable_response_header_hostname?: boolean;
  @Switch() cache_decrypted?: boolean;
  @Text() pid_file?: string;
  @Duration() default_lease_ttl?: string | number;
  @Duration() max_lease_ttl?: string | number;
  @AnyCaseOf('trace', 'debug', 'info', 'notice', 'warn', 'warning', 'error', 'err', '') log_level?: string;
  @AnyCaseOf('standard', 'json', '') log_format?: string;
  @Text() log_file?: string;
  @Count() log_rotate_bytes?: number;
  @Duration() log_rotate_duration?: string | number;
  @Whole() log_rotate_max_files?: number;
}

/** `storage "<kind>" { }`. */
export class StorageStanza {
  @Text() path?: string;
  @Text() connection_url?: string;
  @Text() schema?: string;
}

/** `listener "tcp" { }`. */
export class ListenerStanza {
  @Text() address?: string;
  @Text() cluster_address?: string;
  @Switch() tls_disable?: boolean;
  @Text() tls_cert_file?: string;
  @Text() tls_key_file?: string;
  @Text() tls_client_ca_file?: string;
  @Switch() tls_require_and_verify_client_cert?: boolean;
  @Switch() tls_disable_client_certs?: boolean;
  @OneOf('tls10', 'tls11', 'tls12', 'tls13') tls_min_version?: string;
  @OneOf('tls10', 'tls11', 'tls12', 'tls13') tls_max_version?: string;
  @Text() tls_cipher_suites?: string;
  @Count() max_request_size?: number;
  @Duration() http_read_header_timeout?: string | number;
  @Duration() http_read_timeout?: string | number;
  @Duration() http_idle_timeout?: string | number;
  @Duration() http_write_timeout?: string | number;
  @Switch() require_request_header?: boolean;
  @Switch() disable_unauthed_generate_root_endpoints?: boolean;
  @Switch() disable_unauthed_rekey_endpoints?: boolean;
}

/** `telemetry { }` in a listener. */
export class ListenerTelemetryStanza {
  @Switch() unauthenticated_metrics_access?: boolean;
}

/** `broker "kafka" { }`. */
export class BrokerStanza {
  @HostPorts() brokers?: string[];
  @Text() topic_prefix?: string;
  @Count() replication_factor?: number;
  @Duration() retention?: string | number;
}

/** `tls { }` in a broker. */
export class BrokerTlsStanza {
  @Text() ca_file?: string;
  @Text() cert_file?: string;
  @Text() key_file?: string;
  @Text() server_name?: string;
  @Switch() insecure_skip_verify?: boolean;
}

/** `sasl { }` in a broker, and in its `secondary { }`. */
export class BrokerSaslStanza {
  @SaslMechanism() mechanism?: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  @Text() username?: string;
  @Text() password?: string;
}

/** `replication { }`. */
export class ReplicationStanza {
  @Duration() best_effort_wal_wait_duration?: string | number;
  @Switch() forward_mounts?: boolean;
  @Switch() discard_wiped_store?: boolean;
  @Switch() allow_forwarding_via_header?: boolean;
  @Count() journal_budget_bytes?: number;
}

/** `user_lockout "<type of auth method, or all>" { }`. */
export class UserLockoutStanza {
  @Count() lockout_threshold?: number;
  @Duration() lockout_duration?: string | number;
  @Duration() lockout_counter_reset?: string | number;
  @Switch() disable_lockout?: boolean;
}

/** `telemetry { }`. */
export class TelemetryStanza {
  @Duration() prometheus_retention_time?: string | number;
  @Switch() unauthenticated_metrics_access?: boolean;
  @Switch() disable_hostname?: boolean;
}
