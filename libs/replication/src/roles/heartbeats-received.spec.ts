import type { HeartbeatCall } from './heartbeat';
import { HeartbeatsReceived } from './heartbeats-received';

const NOON = Date.UTC(2025, 0, 1, 12);
const CALL: HeartbeatCall = {
  apiAddr: 'https://us:8200',
  clusterAddr: 'https://us:8201',
  appliedIndex: 10,
  time: NOON,
  lastRoundTripMs: 20,
  canaryAgeMs: 500,
};

describe('HeartbeatsReceived', () => {
  let now: number;
  let heartbeats: HeartbeatsReceived;
  beforeEach(() => {
    now = NOON;
    heartbeats = new HeartbeatsReceived({ now: () => now });
  });
  const only = (index = 10) => heartbeats.statuses(() => ({ head: index }))[0];

  it('tell what a secondary told', () => {
    heartbeats.note('us-east', CALL);
    expect(heartbeats.statuses(() => ({ head: 10 }))).toEqual([
      {
        node_id: 'us-east',
        api_address: 'https://us:8200',
        cluster_address: 'https://us:8201',
        connection_status: 'connected',
        last_heartbeat: '2025-01-01T12:00:00.000000000Z',
        last_heartbeat_duration_ms: '20',
        clock_skew_ms: '10',
        replication_primary_canary_age_ms: '500',
        lag_mutations: 0,
        lag_seconds: 0,
      },
    ]);
  });

  it('count a secondary as disconnected after seven seconds of silence, until it is heard again', () => {
    heartbeats.note('us-east', CALL);
    now += 7000;
    expect(only()?.connection_status).toBe('connected');
    now += 1;
    expect(only()).toMatchObject({
      connection_status: 'disconnected',
      last_heartbeat: '2025-01-01T12:00:00.000000000Z',
      replication_primary_canary_age_ms: '7501',
    });
    heartbeats.note('us-east', CALL);
    expect(only()?.connection_status).toBe('connected');
  });

  it("count lag from the primary's own index, and its age from when the secondary was last in step", () => {
    heartbeats.note('us-east', CALL);
    now += 2000;
    expect(only(25)).toMatchObject({ lag_mutations: 15, lag_seconds: 3 });
    expect(only(10)).toMatchObject({ lag_mutations: 0, lag_seconds: 0 });
    expect(only(5)).toMatchObject({ lag_mutations: 0, lag_seconds: 0 });
  });

  it('measure how far the clocks are apart, half a round trip taken off', () => {
    heartbeats.note('us-east', { ...CALL, time: NOON - 5000, lastRoundTripMs: 100 });
    expect(only()?.clock_skew_ms).toBe('-4950');
  });

  it('do not know it before a first round trip', () => {
    heartbeats.note('us-east', { ...CALL, lastRoundTripMs: -1 });
    expect(only()).toMatchObject({ clock_skew_ms: '-1', last_heartbeat_duration_ms: '-1' });
  });

  it('never tell a negative age or lag when the clock was set back', () => {
    heartbeats.note('us-east', CALL);
    now -= 3_600_000;
    expect(only(25)).toMatchObject({
      connection_status: 'connected',
      replication_primary_canary_age_ms: '500',
      lag_mutations: 15,
      lag_seconds: 1,
    });
  });

  it('list secondaries by id and forget those that are revoked', () => {
    for (const id of ['c', 'a', 'b']) heartbeats.note(id, CALL);
    expect(heartbeats.statuses(() => ({ head: 0 })).map(({ node_id }) => node_id)).toEqual(['a', 'b', 'c']);
    heartbeats.forget('b');
    heartbeats.forget('nobody');
    expect(heartbeats.statuses(() => ({ head: 0 })).map(({ node_id }) => node_id)).toEqual(['a', 'c']);
  });
});
