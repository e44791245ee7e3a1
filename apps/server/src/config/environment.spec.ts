import { keysOf } from './check';
import { ENVIRONMENT } from './environment';
import {
  BrokerSaslStanza,
  BrokerStanza,
  BrokerTlsStanza,
  ListenerStanza,
  ReplicationStanza,
  StorageStanza,
  TelemetryStanza,
  TopLevel,
} from './stanzas';

describe('the environment', () => {
  it('has a variable for every key', () => {
    const stanzas = {
      '': TopLevel,
      storage: StorageStanza,
      listener: ListenerStanza,
      broker: BrokerStanza,
      'broker.tls': BrokerTlsStanza,
      'broker.sasl': BrokerSaslStanza,
      'broker.secondary.sasl': BrokerSaslStanza,
      replication: ReplicationStanza,
      telemetry: TelemetryStanza,
    };
    for (const [block, stanza] of Object.entries(stanzas)) {
      const keys = ENVIRONMENT.filter((entry) => entry.block === block)
        .map(({ key }) => key)
        .sort();
      expect([block, keys]).toEqual([block, keysOf(stanza)]);
    }
  });

  it('names every variable once', () => {
    const names = ENVIRONMENT.map(({ variable }) => variable);
    expect(new Set(names).size).toBe(names.length);
  });
});
