import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from './load-config';
import { load, PLAIN, written } from './load-config.testing';

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

  it.each([
    [
      'storage "inmem" {}\nuser_lockout "token" {}',
      /tidelock\.hcl:2: user_lockout "token": unsupported auth type; known are all, approle, ldap, userpass/,
    ],
    [
      'storage "inmem" {} user_lockout "all" { lockout_treshold = 5 }',
      /tidelock\.hcl:1: user_lockout "all": unknown key "lockout_treshold"/,
    ],
    [
      'storage "inmem" {} user_lockout "all" { lockout_threshold = "-1" }',
      /user_lockout "all": "lockout_threshold" must be a whole number/,
    ],
    ['\napi_addres = "x"', /tidelock\.hcl:2: unknown key "api_addres"; known are .*api_addr/],
    ['storage "inmem" {} ui = "maybe"', /tidelock\.hcl:1: "ui" must be true or false/],
    ['storage "inmem" {} max_lease_ttl = "soon"', /"max_lease_ttl" must be a duration/],
    ['storage "etcd" {}', /storage "etcd": this storage is not known/],
    ['storage "sqlite" {}', /tidelock\.hcl:1: storage "sqlite": "path" must be given/],
    [
      'storage "inmem" {} listener "tcp" { address = "nowhere" tls_disable = true }',
      /tidelock\.hcl:1: listener "tcp": "address" must be host:port, not "nowhere"/,
    ],
    ['storage "inmem" {} listener "tcp" { address = "127.0.0.1:1" }', /needs "tls_cert_file" and "tls_key_file"/],
    ['storage "inmem" {} broker "kafka" {}', /tidelock\.hcl:1: broker "kafka": "brokers" must be given/],
    [
      'storage "inmem" {}\nbroker "kafka" {\nbrokers = ["a:1", "127.0.0.1"] }',
      /tidelock\.hcl:3: broker "kafka": "brokers" must be a list of "host:port", such as \["kafka1:9092"\], which "127\.0\.0\.1" is not/,
    ],
    [
      'storage "inmem" {} broker "kafka" { brokers = "a:1,:9092" }',
      /"brokers" must be a list of "host:port", .* which ":9092" is not/,
    ],
    ['storage "inmem" {} broker "kafka" { brokers = ["a:0"] }', /which "a:0" is not/],
    ['storage "inmem" {} broker "kafka" { brokers = ["a:65536"] }', /which "a:65536" is not/],
    ['storage "inmem" {} broker "kafka" { brokers = ["kafka://a:1"] }', /which "kafka:\/\/a:1" is not/],
    ['storage "inmem" {} broker "kafka" { brokers = [9092] }', /"brokers" must be a list of "host:port"/],
    ['storage "inmem" {} broker "kafka" { brokers = ["a:1"] topic_prefix = "a b" }', /"topic_prefix" must be/],
    [
      'storage "inmem" {} replication { forward_mount = true }',
      /tidelock\.hcl:1: replication: unknown key "forward_mount"; known are .*forward_mounts/,
    ],
    ['storage "inmem" {} default_lease_ttl = "2h" max_lease_ttl = "1h"', /must not be longer/],
    ['storage "inmem" {', /tidelock\.hcl: At 1:18: expected a key got: EOF/],
    ['storage {}', /tidelock\.hcl: At 1:1: "storage" must be a block with 1 label/],
    ['storage "consul" { address = "x" }', /tidelock\.hcl:1: storage "consul": this storage is not known/],
    ['storage "inmem" {}\nseal "awskms" {}', /tidelock\.hcl:2: seal "awskms": this seal is not known/],
    ['storage "inmem" {}\nlistener "unix" {}', /tidelock\.hcl:2: listener "unix": this listener is not known/],
    [
      'storage "inmem" {}\nbroker "nats" { brokers = ["a:1"] }',
      /tidelock\.hcl:2: broker "nats": this broker is not known/,
    ],
    [
      'storage "inmem" {} listener "tcp" {\n tls_cert_file = "/nowhere/a.pem"\n tls_key_file = "/nowhere/b.pem" }',
      /listener "tcp": "tls_cert_file" must be a readable file: ENOENT/,
    ],
    [
      'storage "inmem" {} broker "kafka" { brokers = ["a:1"] tls { ca_file = "/nowhere/a.pem" } }',
      /tls: "ca_file" must be a readable file: ENOENT/,
    ],
    [
      'storage "inmem" {} broker "kafka" { brokers = ["a:1"] sasl { mechanism = "none" } }',
      /broker "kafka": sasl: "mechanism" must be one of PLAIN/,
    ],
    ['storage "inmem" {} log_level = "loud"', /"log_level" must be one of trace/],
    [
      'storage "inmem" {}\nstorage "sqlite" { path = "x" }',
      /tidelock\.hcl:2: "storage": only one such block is permitted here, and this is the second/,
    ],
    ['backend "inmem" {}\nstorage "sqlite" { path = "x" }', /tidelock\.hcl:2: "storage": only one such block/],
    ['storage "inmem" {}\ntelemetry {}\ntelemetry {}', /tidelock\.hcl:3: "telemetry": only one such block/],
    ['storage "inmem" {}\nreplication {}\nreplication {}', /tidelock\.hcl:3: "replication": only one such block/],
    [
      'storage "inmem" {}\nbroker "kafka" { brokers = ["a:1"] }\nbroker "kafka" { brokers = ["b:1"] }',
      /tidelock\.hcl:3: "broker": only one such block/,
    ],
    [
      'storage "inmem" {} broker "kafka" {\nbrokers = ["a:1"]\ntls {}\ntls {}\n}',
      /tidelock\.hcl:4: "tls": only one such block/,
    ],
    [
      'storage "inmem" {} listener "tcp" {\ntls_disable = true\ntelemetry {}\ntelemetry {}\n}',
      /tidelock\.hcl:4: "telemetry": only one such block/,
    ],
    [
      'storage "inmem" {}\napi_addr = "127.0.0.1:8200"',
      /tidelock\.hcl:2: "api_addr" must be an address with its scheme, such as "https/,
    ],
    [
      'storage "inmem" {}\ncluster_addr = "vault:8201"',
      /tidelock\.hcl:2: "cluster_addr" must be an address with its scheme/,
    ],
    [
      'storage "inmem" {}\napi_addr = "https://{{ GetPrivateIP }}:8200"',
      /"api_addr" must be an address with its scheme/,
    ],
    [
      'storage "raft" { path = "/r" retry_join { leader_api_addr = "http://b" } }',
      /storage "raft": "retry_join" names other servers, but a cluster is one server here/,
    ],
    [
      'storage "inmem" {}\nlistener "tcp" { tls_disable = true }\nlistener "tcp" { tls_disable = true }',
      /tidelock\.hcl:3: listener "tcp": "address" is 127\.0\.0\.1:8200, which is .*hcl:2: listener "tcp": "address" already/,
    ],
    [
      'storage "inmem" {} listener "tcp" { address = "127.0.0.1:5" cluster_address = "127.0.0.1:5" tls_disable = true }',
      /"cluster_address" is 127\.0\.0\.1:5, which is .*"address" already/,
    ],
  ])('refuses %s', (text, message) => {
    expect(() => load(text, /127\.0\.0\.1:1" }|tls_cert_file/.test(text) ? {} : PLAIN)).toThrow(message);
  });

  it('refuses what it cannot read, and flags it does not know', () => {
    expect(() => loadConfig(['-config=/nowhere/tidelock.hcl'], {})).toThrow('/nowhere/tidelock.hcl: cannot be read');
    expect(() => loadConfig(['-conf=x'], {})).toThrow('unknown argument "-conf=x"');
    expect(() => loadConfig([], {})).toThrow('no configuration');
  });

  it('names the file that is wrong among several, and the variable', () => {
    const [good, bad] = [written('good.hcl', 'storage "inmem" {}\nui = true'), written('bad.hcl', '\nui = 5')];
    expect(() => loadConfig([`-config=${good}`, `-config=${bad}`], {})).toThrow(`${bad}:2: "ui" must be true or false`);
    expect(() => loadConfig([`-config=${good}`], { VAULT_UI: 'maybe' })).toThrow(
      'VAULT_UI: "ui" must be true or false',
    );
    expect(() => loadConfig([`-config=${good}`], { TIDELOCK_UI: 'maybe', VAULT_UI: 'true' })).toThrow(
      'TIDELOCK_UI: "ui" must be true or false',
    );
    expect(() => loadConfig([`-config=${good}`], { TIDELOCK_LOCAL_CONFIG: '{"uy": 1}' })).toThrow(
      'TIDELOCK_LOCAL_CONFIG:1: unknown key "uy"',
    );
    expect(() => loadConfig([`-config=${good}`], { VAULT_LOCAL_CONFIG: '{"uy": 1}' })).toThrow(
      'VAULT_LOCAL_CONFIG:1: unknown key "uy"',
    );
    expect(() => loadConfig([`-config=${good}`], { VAULT_LOCAL_CONFIG: 'ui = ' })).toThrow(
      /^VAULT_LOCAL_CONFIG: At 1:/,
    );
  });

  it("takes storage of Vault's kinds in words, and not beside a Vault's data", () => {
    const empty = mkdtempSync(join(tmpdir(), 'tidelock-raft-'));
    expect(load(`storage "raft" { path = "${empty}" }`).warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('data of a Vault is NOT read'),
    ]);
    for (const [kind, left] of [
      ['raft', 'vault.db'],
      ['raft', 'raft'],
      ['file', 'core'],
      ['file', 'logical'],
    ] as const) {
      const folder = mkdtempSync(join(tmpdir(), 'tidelock-vault-'));
      mkdirSync(join(folder, left));
      expect(() => load(`storage "${kind}" { path = "${folder}" }`)).toThrow(
        `"path" holds the data of a Vault (${join(folder, left)}), which is not read here`,
      );
    }
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
