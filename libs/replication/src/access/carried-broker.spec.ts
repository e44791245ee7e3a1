import { carriedBroker, joinersPrincipal } from './carried-broker';

const PLACE = { brokers: ['kafka:9093'], topicPrefix: 't', retentionMs: 1000, replicationFactor: 3 };
const OWN = { mechanism: 'scram-sha-512', username: 'primary', password: 'primary-password' } as const;
const FOR_SECONDARIES = { mechanism: 'plain', username: 'reader', password: 'reader-password' } as const;
const TLS = { ca: 'CA', cert: 'CERT', key: 'KEY', serverName: 'kafka.internal' };

describe('the broker that an activation carries', () => {
  it("is the primary's as it is where nobody shows who he is", () => {
    expect(carriedBroker(PLACE, undefined)).toEqual(PLACE);
    expect(carriedBroker({ ...PLACE, tls: { ca: 'CA', insecure: true } }, undefined)).toEqual({
      ...PLACE,
      tls: { ca: 'CA', insecure: true },
    });
  });

  it("has the way there and how to trust it, never the primary's own password, certificate or key", () => {
    const carried = carriedBroker({ ...PLACE, tls: TLS, sasl: OWN }, { principal: 'User:us-east' });
    expect(carried).toEqual({ ...PLACE, tls: { ca: 'CA', serverName: 'kafka.internal' } });
  });

  it('has the credentials set apart for secondaries, for one that has none', () => {
    const broker = { ...PLACE, tls: TLS, sasl: OWN, secondary: { sasl: FOR_SECONDARIES } };
    expect(carriedBroker(broker, undefined)).toEqual({
      ...PLACE,
      tls: { ca: 'CA', serverName: 'kafka.internal' },
      sasl: FOR_SECONDARIES,
    });
    expect(JSON.stringify(carriedBroker(broker, {}))).not.toMatch(/password|KEY|CERT/);
  });

  it.each([[{ sasl: OWN }], [{ tls: TLS }]])('is refused to a joiner that could not get in: %j', (access) => {
    expect(() => carriedBroker({ ...PLACE, ...access }, undefined)).toThrow(
      /the brokers want credentials: give this cluster a broker stanza/,
    );
  });
});

describe('the name of a joiner', () => {
  it('is its own where it has a broker of its own', () => {
    expect(joinersPrincipal({ principal: 'User:us-east' }, 'User:reader')).toBe('User:us-east');
    expect(joinersPrincipal({}, 'User:reader')).toBeUndefined();
    expect(joinersPrincipal(undefined, 'User:reader')).toBe('User:reader');
  });

  it.each(['User:*', 'User:', 'Group:x', 'x', 'User:a\nb', 7])(
    'is refused when it stands for everybody or for nobody: %j',
    (principal) => {
      expect(() => joinersPrincipal({ principal: principal as string }, undefined)).toThrow(
        /is no name of one Kafka user/,
      );
    },
  );
});
