import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from './load-config';
import { load, PLAIN } from './load-config.testing';

const CONTRACT = `
storage "sqlite" { path = "/var/lib/tidelock/tidelock.db" }
listener "tcp" {
  address         = "127.0.0.1:8200"
  cluster_address = "127.0.0.1:8201"
  tls_disable     = true
}
api_addr     = "http://127.0.0.1:8200"
cluster_addr = "https://127.0.0.1:8201"
broker "kafka" {
  brokers      = ["127.0.0.1:9092"]
  topic_prefix = "tidelock"
}
ui                = true
disable_mlock     = true
default_lease_ttl = "768h"
max_lease_ttl     = "768h"
telemetry { prometheus_retention_time = "30s"  unauthenticated_metrics_access = true }
replication {
  best_effort_wal_wait_duration = "2s"
  forward_mounts                = false
  discard_wiped_store           = false
  allow_forwarding_via_header   = false
}`;

describe('configuration', () => {
  it('takes the documented example', () => {
    const { settings, ignored } = load(CONTRACT);
    expect(settings).toEqual({
      storage: { kind: 'sqlite', path: '/var/lib/tidelock/tidelock.db' },
      listeners: [{ host: '127.0.0.1', port: 8200, openMetrics: true }],
      clusterListener: { host: '127.0.0.1', port: 8201 },
      apiAddr: 'http://127.0.0.1:8200',
      clusterAddr: 'https://127.0.0.1:8201',
      broker: { brokers: ['127.0.0.1:9092'], topicPrefix: 'tidelock' },
      defaultLeaseTtlSeconds: 2764800,
      maxLeaseTtlSeconds: 2764800,
      userLockout: { disabled: false, byType: new Map() },
      cacheDecrypted: false,
      ui: true,
      waitMilliseconds: 2000,
      forwardMounts: false,
      discardWipedStore: false,
      allowForwardingViaHeader: false,
      journalBudgetBytes: 1_073_741_824,
      prometheus: true,
      log: { level: 'info', format: 'standard' },
    });
    expect(ignored).toEqual({ withoutMeaning: ['disable_mlock'], unsupported: [] });
  });

  it('takes JSON, "backend" for storage, and Vault\'s own kinds of storage', () => {
    const json = JSON.stringify({
      backend: { file: { path: '/data' } },
      listener: [{ tcp: { address: '127.0.0.1:1', tls_disable: 1 } }],
    });
    expect(load(json).settings.storage).toEqual({ kind: 'sqlite', path: '/data/tidelock.db' });
    expect(load('storage "raft" { path = "/r" node_id = "a" }').settings.storage).toEqual({
      kind: 'sqlite',
      path: '/r/tidelock.db',
    });
    expect(load('storage "inmem" {}').settings.storage).toEqual({ kind: 'inmem' });
  });

  it('reads folders and several files, later ones winning', () => {
    const many = mkdtempSync(join(tmpdir(), 'tidelock-config-'));
    writeFileSync(join(many, 'a.hcl'), 'storage "inmem" {} api_addr = "http://a"');
    writeFileSync(join(many, 'b.json'), '{"api_addr":"http://b"}');
    writeFileSync(join(many, 'note.txt'), 'not a configuration');
    expect(loadConfig(['-config', many], PLAIN).settings.apiAddr).toBe('http://b');
  });

  it('lets the environment win over files, and flags over all', () => {
    const env = {
      TIDELOCK_STORAGE_URL: 'postgres://db/x',
      TIDELOCK_LISTEN_ADDRESS: '0.0.0.0:9',
      TIDELOCK_KAFKA_BROKERS: 'a:1, b:2',
      TIDELOCK_LOG_LEVEL: 'error',
      TIDELOCK_REPLICATION_FORWARD_MOUNTS: 'true',
      VAULT_CLUSTER_ADDR: 'https://c:1',
    };
    const { settings } = load(CONTRACT, env, ['-log-level=debug']);
    expect(settings).toMatchObject({
      storage: { kind: 'postgresql', connectionUrl: 'postgres://db/x' },
      listeners: [{ host: '0.0.0.0', port: 9 }],
      broker: { brokers: ['a:1', 'b:2'] },
      log: { level: 'debug' },
      forwardMounts: true,
      clusterAddr: 'https://c:1',
    });
  });

  it('takes brokers by name and by address of either kind', () => {
    expect(
      load('storage "inmem" {} broker "kafka" { brokers = "kafka1.example:9092, [::1]:9093,10.0.0.1:1" }').settings
        .broker?.brokers,
    ).toEqual(['kafka1.example:9092', '[::1]:9093', '10.0.0.1:1']);
    expect(() => load(CONTRACT, { ...PLAIN, TIDELOCK_KAFKA_BROKERS: 'a:1,b' })).toThrow(
      /^TIDELOCK_KAFKA_BROKERS: broker "kafka": "brokers" must be a list of "host:port", .* which "b" is not/,
    );
  });

  it('runs from the environment alone, and from TIDELOCK_LOCAL_CONFIG', () => {
    expect(loadConfig([], { ...PLAIN, TIDELOCK_STORAGE_PATH: '/x.db' }).settings).toMatchObject({
      storage: { kind: 'sqlite', path: '/x.db' },
    });
    expect(loadConfig([], { ...PLAIN, TIDELOCK_LOCAL_CONFIG: '{"storage":{"inmem":{}}}' }).settings.storage).toEqual({
      kind: 'inmem',
    });
  });

  it('is in memory in development mode whatever is configured', () => {
    const { settings } = load(CONTRACT, {}, ['-dev', '-dev-root-token-id', 'root', '-dev-listen-address=127.0.0.1:7']);
    expect(settings).toMatchObject({
      storage: { kind: 'inmem' },
      development: { rootToken: 'root' },
      listeners: [{ host: '127.0.0.1', port: 7 }],
      broker: { brokers: ['127.0.0.1:9092'] },
    });
    expect(loadConfig(['-dev'], {}).settings).toMatchObject({
      apiAddr: 'http://127.0.0.1:8200',
      clusterAddr: 'https://127.0.0.1:8201',
    });
  });

  it('reads when failed logins lock a user: for all auth methods and for one type', () => {
    const { settings, ignored } = load(`storage "inmem" {}
      user_lockout "all" { lockout_threshold = "25" lockout_duration = "10m" }
      user_lockout "Userpass" { lockout_threshold = 3 lockout_counter_reset = "90s" disable_lockout = "false" }`);
    expect(ignored).toEqual({ withoutMeaning: [], unsupported: [] });
    expect(settings.userLockout).toEqual({
      disabled: false,
      byType: new Map<string, object>([
        ['all', { lockout_threshold: 25, lockout_duration: 600 }],
        ['userpass', { lockout_threshold: 3, lockout_counter_reset_duration: 90, lockout_disable: false }],
      ]),
    });
  });

  it.each([
    ['VAULT_DISABLE_USER_LOCKOUT', 'true', true],
    ['TIDELOCK_DISABLE_USER_LOCKOUT', '1', true],
    ['VAULT_DISABLE_USER_LOCKOUT', 'F', false],
  ])('takes %s=%s', (name, value, disabled) => {
    expect(load(CONTRACT, { [name]: value }).settings.userLockout.disabled).toBe(disabled);
    expect(() => load(CONTRACT, { [name]: 'maybe' })).toThrow(`${name} must be true or false`);
  });

  it('takes the log level in any case, and a file for the log', () => {
    const level = (word: string) => load(`storage "inmem" {} log_level = "${word}"`).settings.log.level;
    expect(['Info', 'WARN', 'Warning', 'ERR', 'trace', 'notice', ''].map(level)).toEqual([
      'info',
      'warn',
      'warn',
      'error',
      'trace',
      'info',
      'info',
    ]);
    expect(load('storage "inmem" {} log_file = "/var/log/tidelock/"').settings.log.file).toEqual({
      path: '/var/log/tidelock/tidelock.log',
      rotateBytes: 0,
      rotateMilliseconds: 86_400_000,
      keep: 0,
    });
    expect(
      load(
        'storage "inmem" {} log_file = "/l" log_rotate_bytes = 5 log_rotate_duration = "1h" log_rotate_max_files = -1',
      ).settings.log.file,
    ).toEqual({ path: '/l', rotateBytes: 5, rotateMilliseconds: 3_600_000, keep: -1 });
  });

  it('takes a file for the id of the process', () => {
    expect(load('storage "inmem" {} pid_file = "/run/tidelock.pid"').settings.pidFile).toBe('/run/tidelock.pid');
    expect(load('storage "inmem" {} pid_file = ""').settings).not.toHaveProperty('pidFile');
  });

  it('lets the environment choose the store that it names', () => {
    const path = { ...PLAIN, TIDELOCK_STORAGE_PATH: '/e' };
    expect(load('storage "postgresql" { connection_url = "x" }', path).settings.storage).toEqual({
      kind: 'sqlite',
      path: '/e',
    });
    expect(load('storage "file" { path = "/f" }', path).settings.storage).toEqual({
      kind: 'sqlite',
      path: '/e/tidelock.db',
    });
    expect(
      load('storage "sqlite" { path = "/f" }', { ...PLAIN, TIDELOCK_STORAGE_URL: 'y', TIDELOCK_STORAGE_SCHEMA: 's' })
        .settings.storage,
    ).toEqual({ kind: 'postgresql', connectionUrl: 'y', schema: 's' });
  });

  it('accepts keys of Vault that have no effect here, and says which', () => {
    const { ignored } = load(
      'storage "raft" { path = "/r" node_id = "a" } seal "shamir" {} disable_mlock = true ' +
        'listener "tcp" { tls_disable = true telemetry { unauthenticated_metrics_access = true } } telemetry { statsd_address = "x" }',
    );
    expect(ignored).toEqual({ withoutMeaning: ['disable_mlock', 'node_id'], unsupported: ['statsd_address'] });
  });

  it.each([
    ['', true],
    ['prometheus_retention_time = "30s"', true],
    ['prometheus_retention_time = 0', false],
    ['prometheus_retention_time = "0s"', false],
  ])('has Prometheus metrics with telemetry { %s }: %s', (text, on) => {
    expect(load(`storage "inmem" {} telemetry { ${text} }`).settings.prometheus).toBe(on);
  });

  it('waits for milliseconds, too', () => {
    expect(
      load('storage "inmem" {} replication { best_effort_wal_wait_duration = "500ms" }').settings.waitMilliseconds,
    ).toBe(500);
    expect(load('storage "inmem" {} replication { best_effort_wal_wait_duration = 3 }').settings.waitMilliseconds).toBe(
      3000,
    );
  });

  it('reads flags as Go does', () => {
    expect(loadConfig(['--dev=true', '--log-level', 'trace', '-log-format=json'], {}).settings.log).toEqual({
      level: 'trace',
      format: 'json',
    });
    expect(() => loadConfig(['-dev=false'], {})).toThrow('no configuration');
    expect(() => loadConfig(['-config'], {})).toThrow('flag -config needs a value');
    expect(() => loadConfig(['dev'], {})).toThrow('unknown argument "dev"');
  });
});
