import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from './load-config';
import { load, PLAIN, written } from './load-config.testing';

describe('a configuration that cannot be used', () => {
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
});
