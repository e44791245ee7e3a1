export interface Refusal {
  /** What is so here, and what to do instead. */
  readonly because: string;
  /** Values that ask for what is so here anyway, besides `false`, 0 and what is empty. */
  readonly unless?: readonly unknown[];
}

type Refusals = Readonly<Record<string, Refusal>>;

const same = (keys: readonly string[], because: string): Refusals =>
  Object.fromEntries(keys.map((key) => [key, { because }]));

const TOP: Refusals = {
  disable_printable_check: {
    because: 'paths with characters that cannot be printed are always refused. Take the key out',
  },
  entropy: { because: "keys are made of this system's random numbers alone. Take the block out" },
  allow_audit_log_prefixing: {
    because: 'whoever may make an audit device (sudo on sys/audit) may give it a prefix. Take the key out',
    unless: [true, 'true', 1, '1'],
  },
  unsafe_allow_api_audit_creation: {
    because:
      'audit devices are made over the API, by whoever has sudo on sys/audit. Take the key out, and give nobody that right',
    unless: [true, 'true', 1, '1'],
  },
};

const LISTENER: Refusals = {
  ...same(
    [
      'x_forwarded_for_authorized_addrs',
      'x_forwarded_for_hop_skips',
      'x_forwarded_for_reject_not_authorized',
      'x_forwarded_for_reject_not_present',
      'x_forwarded_for_client_cert_header',
      'x_forwarded_for_client_cert_header_decoders',
    ],
    'headers of a proxy are not read: to the audit log, to limits, and to tokens that are bound to addresses, all clients behind one have its address. ' +
      'Take the key out, and let clients connect directly, or through a proxy that keeps their address',
  ),
  ...same(
    ['proxy_protocol_behavior', 'proxy_protocol_authorized_addrs'],
    'the PROXY protocol is not spoken: connections that begin with it would be closed. Take the key out, and turn the protocol off at the proxy',
  ),
  ...same(
    ['redact_addresses', 'redact_cluster_name', 'redact_version'],
    'sys/health, sys/seal-status and sys/leader tell version, name and addresses without a token. ' +
      'Take the key out, and put a proxy in front that keeps these paths from whom they do not concern',
  ),
  disable_replication_status_endpoints: {
    because:
      'the status of replication is answered without a token. Take the key out, and put a proxy in front that refuses sys/replication/status and sys/replication/performance/status',
  },
  chroot_namespace: {
    because: 'there are no namespaces: clients would have the whole of the API. Take the key out',
    unless: ['root', 'root/', '/'],
  },
  max_request_duration: {
    because:
      'a request is not ended for its duration. Take the key out; "http_write_timeout" closes the connection of one whose answer takes too long',
  },
  ...same(
    [
      'max_request_json_memory',
      'max_request_json_strings',
      'max_json_depth',
      'max_json_string_value_length',
      'max_json_object_entry_count',
      'max_json_array_element_count',
      'max_json_token',
    ],
    'a body has at most 500 levels, 20,000 members, and the bytes of "max_request_size". Take the key out, and lower "max_request_size"',
  ),
  ...same(
    ['cors_enabled', 'cors_allowed_origins', 'cors_allowed_headers'],
    'pages of other origins are allowed over the API. Take the key out, and write sys/config/cors',
  ),
};

const STORAGE: Refusals = {
  table: {
    because:
      'tables have names of their own: two clusters that differ in this key alone would share them. Take the key out, and give each cluster a "schema"',
    unless: ['vault_kv_store'],
  },
};

const TELEMETRY: Refusals = {
  metrics_prefix: {
    because: 'metrics are called vault_… and tidelock_…. Take the key out, and rename them where they are collected',
    unless: ['vault'],
  },
};

export const REFUSED = { top: TOP, listener: LISTENER, storage: STORAGE, telemetry: TELEMETRY };
