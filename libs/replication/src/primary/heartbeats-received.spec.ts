import type { HeartbeatCall } from '../cluster-port/heartbeat';
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
  const note = (id: string, call: HeartbeatCall, head: number): void => {
    heartbeats.note(id, call);
    heartbeats.noteHead(id, head);
  };
  const only = (index = 10) => heartbeats.statuses(() => ({ head: index }))[0];

  it('tell what a secondary told', () => {
    note('us-east', CALL, 10);
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
    note('us-east', CALL, 10);
    now += 7000;
    expect(only()?.connection_status).toBe('connected');
    now += 1;
    expect(only()).toMatchObject({
      connection_status: 'disconnected',
      last_heartbeat: '2025-01-01T12:00:00.000000000Z',
      replication_primary_canary_age_ms: '7501',
    });
    note('us-east', CALL, 10);
    expect(only()?.connection_status).toBe('connected');
  });

  it('count no lag of what came behind the last heartbeat, which nobody can have told to have applied', () => {
    note('us-east', CALL, 10);
    now += 1900;
    expect(only(11)).toMatchObject({ lag_mutations: 0, lag_seconds: 0 });
    note('us-east', { ...CALL, appliedIndex: 11 }, 11);
    expect(only(11)).toMatchObject({ lag_mutations: 0, lag_seconds: 0 });
  });

  it('count lag at the last heartbeat, since one told of none', () => {
    note('us-east', CALL, 10);
    now += 2000;
    note('us-east', CALL, 25);
    now += 500;
    expect(only(30)).toMatchObject({ lag_mutations: 15, lag_seconds: 3 });
    note('us-east', { ...CALL, appliedIndex: 12 }, 30);
    expect(only(30)).toMatchObject({ lag_mutations: 18, lag_seconds: 3 });
    note('us-east', { ...CALL, appliedIndex: 30 }, 30);
    expect(only(31)).toMatchObject({ lag_mutations: 0, lag_seconds: 0 });
  });

  it('count lag of one that is not heard from where its stream is now', () => {
    note('us-east', CALL, 10);
    now += 8000;
    expect(only(10)).toMatchObject({ lag_mutations: 0, lag_seconds: 0 });
    expect(only(25)).toMatchObject({ lag_mutations: 15, lag_seconds: 8 });
  });

  it('count lag from the age of what it has, before it was known to be in step', () => {
    note('us-east', { ...CALL, canaryAgeMs: 90_000 }, 25);
    expect(only(25)).toMatchObject({ lag_mutations: 15, lag_seconds: 90 });
  });

  it('tell how old its state is and how long mutations took, as it measured that', () => {
    const applyDelayMs = { last: 60, p50: 58, p99: 90, max: 120 };
    note('us-east', { ...CALL, lagMs: 60, applyDelayMs }, 25);
    now += 5000;
    expect(only(25)).toMatchObject({ lag_ms: 60, apply_delay_ms: applyDelayMs });
    note('us-east', CALL, 25);
    expect(only(25)).not.toHaveProperty('lag_ms');
    expect(only(25)).not.toHaveProperty('apply_delay_ms');
  });

  it('tell of one that is not heard how old the newest is that it had, once its stream has more', () => {
    note('us-east', { ...CALL, lagMs: 60, applyDelayMs: { last: 60, p50: 58, p99: 90, max: 120 } }, 10);
    now += 8000;
    expect(only(10)).toMatchObject({ lag_ms: 0 });
    expect(only(11)).toMatchObject({ lag_ms: 8000 });
    note('us-east', { ...CALL, lagMs: 60, canaryAgeMs: 100 }, 12);
    now += 8000;
    expect(only(12)).toMatchObject({ lag_ms: 8100 });
    expect(only(12)).not.toHaveProperty('apply_delay_ms');
    note('us-east', CALL, 10);
    now += 8000;
    expect(only(11)).not.toHaveProperty('lag_ms');
  });

  it('measure how far the clocks are apart, half a round trip taken off', () => {
    note('us-east', { ...CALL, time: NOON - 5000, lastRoundTripMs: 100 }, 10);
    expect(only()?.clock_skew_ms).toBe('-4950');
  });

  it('do not know it before a first round trip', () => {
    note('us-east', { ...CALL, lastRoundTripMs: -1 }, 10);
    expect(only()).toMatchObject({ clock_skew_ms: '-1', last_heartbeat_duration_ms: '-1' });
  });

  it('never tell a negative age or lag when the clock was set back', () => {
    note('us-east', CALL, 25);
    now -= 3_600_000;
    expect(only(25)).toMatchObject({
      connection_status: 'connected',
      replication_primary_canary_age_ms: '500',
      lag_mutations: 15,
      lag_seconds: 1,
    });
  });

  it('list secondaries by id and forget those that are revoked', () => {
    for (const id of ['c', 'a', 'b']) note(id, CALL, 10);
    expect(heartbeats.statuses(() => ({ head: 0 })).map(({ node_id }) => node_id)).toEqual(['a', 'b', 'c']);
    heartbeats.forget('b');
    heartbeats.forget('nobody');
    expect(heartbeats.statuses(() => ({ head: 0 })).map(({ node_id }) => node_id)).toEqual(['a', 'c']);
  });
});
