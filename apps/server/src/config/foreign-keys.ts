import { type Refusal, REFUSED } from './refused-keys';

/** Keys and blocks of Vault's configurations that are not ours, by what becomes of them. */
export interface ForeignKeys {
  /** What they speak of does not exist here: accepted, and named once in the log. */
  readonly withoutMeaning?: readonly string[];
  /** They ask for what the server does not do, and nobody is worse off for it: accepted, and named once in the log. */
  readonly unsupported?: readonly string[];
  /** To ignore them would be less security than was asked for, or other answers: they stop the start, with what is said here. */
  readonly refused?: Readonly<Record<string, Refusal>>;
}

/** Those of a configuration that are accepted and have no effect. */
export interface IgnoredKeys {
  readonly withoutMeaning: readonly string[];
  readonly unsupported: readonly string[];
}

/** By block; `''` is outside any. */
export const FOREIGN_KEYS = {
  '': {
    withoutMeaning: [
      'disable_mlock',
      'disable_sealwrap',
      'disable_performance_standby',
      'license_path',
      'detect_deadlocks',
      'imprecise_lease_role_tracking',
      'reporting',
    ],
    unsupported: [
      'disable_cache',
      'cache_size',
      'raw_storage_endpoint',
      'introspection_endpoint',
      'enable_response_header_raft_node_id',
      'disable_clustering',
      'service_registration',
      'ha_storage',
      'ha_backend',
      'experiments',
      'administrative_namespace_path',
      'initialize',
      'kms_library',
      'sentinel',
      'enable_multiseal',
      'plugin_directory',
      'plugin_tmpdir',
      'plugin_file_uid',
      'plugin_file_permissions',
      'request_limiter',
      'adaptive_overload_protection',
      'log_requests_level',
      'enable_post_unseal_trace',
      'post_unseal_trace_directory',
    ],
    refused: REFUSED.top,
  },
  listener: {
    // Vault reads the first two and does nothing with them; the others are of sockets that are files.
    withoutMeaning: ['tls_prefer_server_cipher_suites', 'purpose', 'socket_mode', 'socket_user', 'socket_group'],
    unsupported: ['profiling', 'inflight_requests_logging'],
    refused: REFUSED.listener,
  },
  storage: {
    withoutMeaning: [
      'node_id',
      'performance_multiplier',
      'trailing_logs',
      'snapshot_threshold',
      'autopilot_reconcile_interval',
      // Of Consul, which is refused as a whole.
      'token',
      'scheme',
      'address',
    ],
    unsupported: ['max_entry_size', 'max_parallel', 'max_idle_connections', 'ha_enabled', 'ha_table'],
    refused: REFUSED.storage,
  },
  replication: {
    withoutMeaning: [
      'resolver_discover_servers',
      'logshipper_buffer_length',
      'logshipper_buffer_size',
      'allow_forwarding_via_token',
    ],
  },
  telemetry: {
    unsupported: [
      'statsite_address',
      'statsd_address',
      'dogstatsd_addr',
      'dogstatsd_tags',
      'circonus_api_token',
      'stackdriver_project_id',
      'usage_gauge_period',
      'maximum_gauge_cardinality',
      'enable_hostname_label',
      'filter_default',
      'prefix_filter',
      'lease_metrics_epsilon',
      'num_lease_metrics_buckets',
      'add_lease_metrics_namespace_labels',
    ],
    refused: REFUSED.telemetry,
  },
} as const satisfies Readonly<Record<string, ForeignKeys>>;

/** `false`, 0 (also as a duration), and what is empty. */
export function asksForNothing(value: unknown): boolean {
  if (typeof value === 'object') return value === null || Object.keys(value).length === 0;
  return /^(?:false|0(?:[num]?s|m|h)?|)$/.test(String(value));
}
