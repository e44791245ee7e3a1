import type { HeartbeatCall } from '../cluster-port/heartbeat';
import { HeartbeatsReceived } from './heartbeats-received';
import { SecondaryWatch } from './secondary-watch';

const CALL: HeartbeatCall = {
  apiAddr: 'https://us:8200',
  clusterAddr: 'https://us:8201',
  appliedIndex: 1,
  time: 0,
  lastRoundTripMs: 20,
  canaryAgeMs: 0,
};

it('tells once when a secondary is heard, is lost, and is heard again; nothing of one that was revoked', () => {
  let now = 1_000_000;
  const said: string[] = [];
  const note =
    (level: string) =>
    (message: string, fields: object = {}) =>
      void said.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const heartbeats = new HeartbeatsReceived({ now: () => now });
  const watch = new SecondaryWatch(heartbeats, {
    debug: note('debug'),
    info: note('info'),
    warn: note('warn'),
    error: note('error'),
  });
  const twice = () => {
    watch.run();
    watch.run();
    return said.splice(0);
  };
  expect(twice()).toEqual([]);
  heartbeats.note('us-east', CALL);
  expect(twice()).toEqual(['info a secondary is connected {"secondary":"us-east","address":"https://us:8200"}']);
  now += 60_000;
  expect(twice()).toEqual([
    'warn lost a secondary: it is not heard any more {"secondary":"us-east","lastHeartbeat":"1970-01-01T00:16:40.000000000Z"}',
  ]);
  heartbeats.note('us-east', CALL);
  expect(twice()).toHaveLength(1);
  heartbeats.forget('us-east');
  expect(twice()).toEqual([]);
  heartbeats.note('us-east', CALL);
  expect(twice()).toHaveLength(1);
});
