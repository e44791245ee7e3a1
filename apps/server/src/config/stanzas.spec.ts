import { DEFAULT_LIMIT } from '../http/request-reader';
import { TIME_LIMITS } from '../http/public-listener';
import { loadConfig } from './load-config';
import { factsOf } from './rules';
import { BrokerStanza, ListenerStanza, ReplicationStanza, StorageStanza, TelemetryStanza, TopLevel } from './stanzas';

/** A block's documented defaults, written out; but for `tls_disable`, which has no default that a server without a certificate takes. */
function defaultsOf(stanza: new () => object): string {
  const given = [...factsOf(stanza)].filter(([key, { byDefault }]) => byDefault !== undefined && key !== 'tls_disable');
  return given.map(([key, { byDefault }]) => `${key} = ${JSON.stringify(byDefault)}`).join('\n');
}

const settingsOf = (text: string) => loadConfig([], { TIDELOCK_LOCAL_CONFIG: text }).settings;

describe('the defaults that docs/configuration.md names', () => {
  const [implied, written] = [() => '', defaultsOf].map((bodyOf) =>
    settingsOf(`
      ${bodyOf(TopLevel)}
      storage "inmem" {
        ${bodyOf(StorageStanza)}
      }
      listener "tcp" {
        tls_disable = true
        ${bodyOf(ListenerStanza)}
      }
      broker "kafka" {
        brokers = ["a:1"]
        ${bodyOf(BrokerStanza)}
      }
      replication {
        ${bodyOf(ReplicationStanza)}
      }
      telemetry {
        ${bodyOf(TelemetryStanza)}
      }
    `),
  );

  it('are those that count where a key is not given', () => {
    const [listener] = implied?.listeners ?? [];
    expect(written).toEqual({
      ...implied,
      listeners: [{ ...listener, maxRequestBytes: DEFAULT_LIMIT, timeLimits: TIME_LIMITS }],
      broker: { ...implied?.broker, retentionMs: 7 * 24 * 3_600_000 },
    });
  });
});
