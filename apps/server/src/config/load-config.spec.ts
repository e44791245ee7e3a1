import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENVIRONMENT } from './environment';
import { keysOf } from './check';
import { loadConfig } from './load-config';
import {
  BrokerSaslStanza, BrokerStanza, BrokerTlsStanza, ListenerStanza, ReplicationStanza, StorageStanza, TelemetryStanza, TopLevel,
} from './stanzas';

const folder = mkdtempSync(join(tmpdir(), 'tidelock-config-'));
const written = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const load = (text: string, env: Record<string, string> = {}, args: readonly string[] = []) =>
  loadConfig([`-config=${written('tidelock.hcl', text)}`, ...args], env);

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
      maxRequestBytes: 33554432,
      apiAddr: 'http://127.0.0.1:8200',
      clusterAddr: 'https://127.0.0.1:8201',
      broker: { brokers: ['127.0.0.1:9092'], topicPrefix: 'tidelock' },
      defaultLeaseTtlSeconds: 2764800,
      maxLeaseTtlSeconds: 2764800,
      cacheDecrypted: false,
      waitMilliseconds: 2000,
      forwardMounts: false,
      discardWipedStore: false,
      allowForwardingViaHeader: false,
      prometheus: true,
      log: { level: 'info', format: 'standard' },
    });
    expect(ignored).toEqual(['disable_mlock']);
  });

  it('takes JSON, "backend" for storage, and Vault\'s own kinds of storage', () => {
    const json = JSON.stringify({ backend: { file: { path: '/data' } }, listener: [{ tcp: { address: '127.0.0.1:1', tls_disable: 1 } }] });
    expect(load(json).settings.storage).toEqual({ kind: 'sqlite', path: '/data/tidelock.db' });
    expect(load('storage "raft" { path = "/r" node_id = "a" }').settings.storage).toEqual({ kind: 'sqlite', path: '/r/tidelock.db' });
    expect(load('storage "inmem" {}').settings.storage).toEqual({ kind: 'inmem' });
  });

  it('reads folders and several files, later ones winning', () => {
    const many = mkdtempSync(join(tmpdir(), 'tidelock-config-'));
    writeFileSync(join(many, 'a.hcl'), 'storage "inmem" {} api_addr = "http://a"');
    writeFileSync(join(many, 'b.json'), '{"api_addr":"http://b"}');
    writeFileSync(join(many, 'note.txt'), 'not a configuration');
    expect(loadConfig(['-config', many], {}).settings.apiAddr).toBe('http://b');
  });

  it('lets the environment win over files, and flags over all', () => {
    const env = {
      TIDELOCK_STORAGE_URL: 'postgres://db/x', TIDELOCK_LISTEN_ADDRESS: '0.0.0.0:9', TIDELOCK_KAFKA_BROKERS: 'a:1, b:2',
      TIDELOCK_LOG_LEVEL: 'error', TIDELOCK_REPLICATION_FORWARD_MOUNTS: 'true', VAULT_CLUSTER_ADDR: 'https://c:1',
    };
    const { settings } = load(CONTRACT, env, ['-log-level=debug']);
    expect(settings).toMatchObject({
      storage: { kind: 'postgresql', connectionUrl: 'postgres://db/x' }, listeners: [{ host: '0.0.0.0', port: 9 }],
      broker: { brokers: ['a:1', 'b:2'] }, log: { level: 'debug' }, forwardMounts: true, clusterAddr: 'https://c:1',
    });
  });

  it('runs from the environment alone, and from TIDELOCK_LOCAL_CONFIG', () => {
    expect(loadConfig([], { TIDELOCK_STORAGE_PATH: '/x.db' }).settings).toMatchObject({ storage: { kind: 'sqlite', path: '/x.db' } });
    expect(loadConfig([], { TIDELOCK_LOCAL_CONFIG: '{"storage":{"inmem":{}}}' }).settings.storage).toEqual({ kind: 'inmem' });
  });

  it('is in memory in development mode whatever is configured', () => {
    const { settings } = load(CONTRACT, {}, ['-dev', '-dev-root-token-id', 'root', '-dev-listen-address=127.0.0.1:7']);
    expect(settings).toMatchObject({
      storage: { kind: 'inmem' }, development: { rootToken: 'root' }, listeners: [{ host: '127.0.0.1', port: 7 }], broker: { brokers: ['127.0.0.1:9092'] },
    });
    expect(loadConfig(['-dev'], {}).settings).toMatchObject({ apiAddr: 'http://127.0.0.1:8200', clusterAddr: 'https://127.0.0.1:8201' });
  });

  it.each([
    ['\napi_addres = "x"', /tidelock\.hcl:2: unknown key "api_addres"; known are .*api_addr/],
    ['storage "inmem" {} ui = "maybe"', /tidelock\.hcl:1: "ui" must be true or false/],
    ['storage "inmem" {} max_lease_ttl = "soon"', /"max_lease_ttl" must be a duration/],
    ['storage "etcd" {}', /storage "etcd": this storage is not known/],
    ['storage "sqlite" {}', /tidelock\.hcl:1: storage "sqlite": "path" must be given/],
    ['storage "inmem" {} listener "tcp" { address = "nowhere" tls_disable = true }', /tidelock\.hcl:1: listener "tcp": "address" must be host:port, not "nowhere"/],
    ['storage "inmem" {} listener "tcp" { address = "127.0.0.1:1" }', /needs "tls_cert_file" and "tls_key_file"/],
    ['storage "inmem" {} broker "kafka" {}', /tidelock\.hcl:1: broker "kafka": "brokers" must be given/],
    ['storage "inmem" {} broker "kafka" { brokers = ["a:1"] topic_prefix = "a b" }', /"topic_prefix" must be/],
    ['storage "inmem" {} replication { forward_mount = true }', /tidelock\.hcl:1: replication: unknown key "forward_mount"; known are .*forward_mounts/],
    ['storage "inmem" {} default_lease_ttl = "2h" max_lease_ttl = "1h"', /must not be longer/],
    ['storage "inmem" {', /tidelock\.hcl: At 1:18: expected a key got: EOF/],
    ['storage {}', /tidelock\.hcl: At 1:1: "storage" must be a block with 1 label/],
    ['storage "consul" { address = "x" }', /tidelock\.hcl:1: storage "consul": this storage is not known/],
    ['storage "inmem" {}\nseal "awskms" {}', /tidelock\.hcl:2: seal "awskms": this seal is not known/],
    ['storage "inmem" {}\nlistener "unix" {}', /tidelock\.hcl:2: listener "unix": this listener is not known/],
    ['storage "inmem" {}\nbroker "nats" { brokers = ["a:1"] }', /tidelock\.hcl:2: broker "nats": this broker is not known/],
    ['storage "inmem" {} listener "tcp" {\n tls_cert_file = "/nowhere/a.pem"\n tls_key_file = "/nowhere/b.pem" }', /listener "tcp": "tls_cert_file" must be a readable file: ENOENT/],
    ['storage "inmem" {} broker "kafka" { brokers = ["a:1"] tls { ca_file = "/nowhere/a.pem" } }', /tls: "ca_file" must be a readable file: ENOENT/],
    ['storage "inmem" {} broker "kafka" { brokers = ["a:1"] sasl { mechanism = "none" } }', /broker "kafka": sasl: "mechanism" must be one of PLAIN/],
    ['storage "inmem" {} log_level = "loud"', /"log_level" must be one of trace/],
  ])('refuses %s', (text, message) => {
    expect(() => load(text)).toThrow(message);
  });

  it('refuses what it cannot read, and flags it does not know', () => {
    expect(() => loadConfig(['-config=/nowhere/tidelock.hcl'], {})).toThrow('/nowhere/tidelock.hcl: cannot be read');
    expect(() => loadConfig(['-conf=x'], {})).toThrow('unknown argument "-conf=x"');
    expect(() => loadConfig([], {})).toThrow('no configuration');
  });

  it('names the file that is wrong among several, and the variable', () => {
    const [good, bad] = [written('good.hcl', 'storage "inmem" {}\nui = true'), written('bad.hcl', '\nui = 5')];
    expect(() => loadConfig([`-config=${good}`, `-config=${bad}`], {})).toThrow(`${bad}:2: "ui" must be true or false`);
    expect(() => loadConfig([`-config=${good}`], { VAULT_UI: 'maybe' })).toThrow('TIDELOCK_UI: "ui" must be true or false');
    expect(() => loadConfig([`-config=${good}`], { TIDELOCK_LOCAL_CONFIG: '{"uy": 1}' })).toThrow('TIDELOCK_LOCAL_CONFIG:1: unknown key "uy"');
  });

  it('listens where each listener says, the cluster on the port after the first', () => {
    const { settings } = load('storage "inmem" {} listener "tcp" { address = "[::1]:9000" tls_disable = 1 } listener "tcp" { address = ":9100" tls_disable = "true" }');
    expect(settings.listeners).toEqual([{ host: '::1', port: 9000 }, { host: '0.0.0.0', port: 9100 }]);
    expect(settings).toMatchObject({ clusterListener: { host: '::1', port: 9001 }, clusterAddr: 'https://[::1]:9001', apiAddr: '' });
    expect(load('', {}, ['-dev', '-dev-listen-address=0.0.0.0:0']).settings).toMatchObject({
      apiAddr: 'http://127.0.0.1:0', clusterListener: { host: '0.0.0.0', port: 0 }, clusterAddr: 'https://127.0.0.1:0',
    });
  });

  it('takes certificates from the environment alone for TLS', () => {
    const [cert, key] = [written('cert.pem', ''), written('key.pem', '')];
    const env = { TIDELOCK_STORAGE_PATH: '/x.db', TIDELOCK_TLS_CERT_FILE: cert, TIDELOCK_TLS_KEY_FILE: key, TIDELOCK_TLS_DISABLE_CLIENT_CERTS: '1', TIDELOCK_TLS_MIN_VERSION: 'tls13' };
    expect(loadConfig([], env).settings.listeners[0]?.tls).toEqual({
      certFile: cert, keyFile: key, requireClientCert: false, askForClientCert: false, minVersion: 'TLSv1.3',
    });
  });

  it('lets the environment choose the store that it names', () => {
    const path = { TIDELOCK_STORAGE_PATH: '/e' };
    expect(load('storage "postgresql" { connection_url = "x" }', path).settings.storage).toEqual({ kind: 'sqlite', path: '/e' });
    expect(load('storage "file" { path = "/f" }', path).settings.storage).toEqual({ kind: 'sqlite', path: '/e/tidelock.db' });
    expect(load('storage "sqlite" { path = "/f" }', { TIDELOCK_STORAGE_URL: 'y', TIDELOCK_STORAGE_SCHEMA: 's' }).settings.storage).toEqual({
      kind: 'postgresql', connectionUrl: 'y', schema: 's',
    });
  });

  it('accepts the keys of Vault that have no meaning here, and says which', () => {
    const { ignored } = load('storage "raft" { path = "/r" retry_join {} retry_join {} } seal "shamir" {} disable_mlock = true '
      + 'listener "tcp" { tls_disable = true telemetry { unauthenticated_metrics_access = true } } telemetry { statsd_address = "x" }');
    expect(ignored).toEqual(['disable_mlock', 'retry_join', 'statsd_address']);
  });

  it('opens metrics on the listeners that say so, or on all', () => {
    const two = 'storage "inmem" {} listener "tcp" { tls_disable = true } listener "tcp" { address = "127.0.0.1:9" tls_disable = true telemetry { unauthenticated_metrics_access = true } }';
    expect(load(two).settings.listeners.map(({ openMetrics }) => openMetrics)).toEqual([undefined, true]);
    expect(load(`${two} telemetry { unauthenticated_metrics_access = true }`).settings.listeners.map(({ openMetrics }) => openMetrics)).toEqual([true, true]);
    expect(() => load('storage "inmem" {} listener "tcp" { tls_disable = true telemetry { unauthenticated = true } }')).toThrow('unknown key "unauthenticated"');
  });

  it('demands tokens for what needs none on the listeners that say so', () => {
    const two = `storage "inmem" {} listener "tcp" { tls_disable = true } listener "tcp" {
      address = "127.0.0.1:9"
      tls_disable = true
      disable_unauthed_generate_root_endpoints = true
      disable_unauthed_rekey_endpoints = true
    }`;
    expect(load(two).settings.listeners.map(({ tokenDemands }) => tokenDemands)).toEqual([undefined, ['generate-root', 'rekey']]);
  });

  it.each([['', true], ['prometheus_retention_time = "30s"', true], ['prometheus_retention_time = 0', false], ['prometheus_retention_time = "0s"', false]])('has Prometheus metrics with telemetry { %s }: %s', (text, on) => {
    expect(load(`storage "inmem" {} telemetry { ${text} }`).settings.prometheus).toBe(on);
  });

  it('waits for milliseconds, too', () => {
    expect(load('storage "inmem" {} replication { best_effort_wal_wait_duration = "500ms" }').settings.waitMilliseconds).toBe(500);
    expect(load('storage "inmem" {} replication { best_effort_wal_wait_duration = 3 }').settings.waitMilliseconds).toBe(3000);
  });

  it('reads flags as Go does', () => {
    expect(loadConfig(['--dev=true', '--log-level', 'trace', '-log-format=json'], {}).settings.log).toEqual({ level: 'trace', format: 'json' });
    expect(() => loadConfig(['-dev=false'], {})).toThrow('no configuration');
    expect(() => loadConfig(['-config'], {})).toThrow('flag -config needs a value');
    expect(() => loadConfig(['dev'], {})).toThrow('unknown argument "dev"');
  });

  it('has a variable for every key', () => {
    const stanzas = {
      '': TopLevel, storage: StorageStanza, listener: ListenerStanza, broker: BrokerStanza, 'broker.tls': BrokerTlsStanza,
      'broker.sasl': BrokerSaslStanza, 'broker.secondary.sasl': BrokerSaslStanza, replication: ReplicationStanza, telemetry: TelemetryStanza,
    };
    for (const [block, stanza] of Object.entries(stanzas)) {
      const keys = ENVIRONMENT.filter((entry) => entry.block === block).map(({ key }) => key).sort();
      expect([block, keys]).toEqual([block, keysOf(stanza)]);
    }
  });

  it('names every variable once', () => {
    const names = ENVIRONMENT.map(({ variable }) => variable);
    expect(new Set(names).size).toBe(names.length);
  });
});
