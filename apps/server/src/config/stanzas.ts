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

/** Vault's keys and blocks that have no meaning here: accepted, and named once in the log. */
export const WITHOUT_MEANING = {
  '': [
    'disable_mlock', 'disable_cache', 'cache_size',
    'raw_storage_endpoint', 'plugin_directory', 'enable_response_header_raft_node_id', 'disable_sealwrap',
    'disable_performance_standby', 'disable_printable_check', 'disable_clustering', 'service_registration', 'ha_storage', 'ha_backend',
    'entropy', 'license_path', 'experiments', 'introspection_endpoint', 'detect_deadlocks', 'imprecise_lease_role_tracking',
    'administrative_namespace_path', 'allow_audit_log_prefixing', 'unsafe_allow_api_audit_creation', 'initialize', 'kms_library', 'request_limiter',
    'plugin_tmpdir', 'plugin_file_uid', 'plugin_file_permissions', 'log_requests_level', 'enable_post_unseal_trace', 'post_unseal_trace_directory',
    'reporting', 'sentinel', 'enable_multiseal', 'adaptive_overload_protection',
  ],
  listener: [
    'tls_prefer_server_cipher_suites', 'proxy_protocol_behavior', 'proxy_protocol_authorized_addrs',
    'x_forwarded_for_authorized_addrs', 'x_forwarded_for_hop_skips', 'x_forwarded_for_reject_not_authorized', 'x_forwarded_for_reject_not_present',
    'x_forwarded_for_client_cert_header',
    'max_request_duration', 'profiling', 'inflight_requests_logging', 'cors_enabled',
    'disable_replication_status_endpoints', 'redact_addresses', 'redact_cluster_name', 'redact_version',
    'chroot_namespace', 'purpose', 'socket_mode', 'socket_user', 'socket_group', 'max_request_json_memory', 'max_request_json_strings',
  ],
  storage: [
    'node_id', 'performance_multiplier', 'trailing_logs', 'snapshot_threshold', 'retry_join', 'autopilot_reconcile_interval', 'max_entry_size',
    'table', 'max_parallel', 'ha_enabled', 'ha_table', 'max_idle_connections', 'token', 'scheme', 'address',
  ],
  replication: ['resolver_discover_servers', 'logshipper_buffer_length', 'logshipper_buffer_size', 'allow_forwarding_via_token'],
  telemetry: [
    'statsite_address', 'statsd_address', 'dogstatsd_addr', 'dogstatsd_tags', 'usage_gauge_period', 'maximum_gauge_cardinality',
    'enable_hostname_label', 'metrics_prefix', 'lease_metrics_epsilon', 'num_lease_metrics_buckets', 'add_lease_metrics_namespace_labels',
    'filter_default', 'prefix_filter', 'circonus_api_token', 'stackdriver_project_id',
  ],
} as const;
