import { HeartbeatsReceived } from '../primary/heartbeats-received';
import type { ReplicationNode } from '../roles/replication-node';
import { LagWatch } from '../secondary/lag-watch';
import { performanceHistory } from './performance-history';

const NOON = Date.UTC(2025, 0, 1, 12);
const CALL = {
  apiAddr: '',
  clusterAddr: '',
  appliedIndex: 10,
  time: NOON,
  lastRoundTripMs: 20,
  canaryAgeMs: 5000,
  lagMs: 60,
  recentDelayMs: { p50: 58, max: 90 },
};
const at = (time: string) => `2025-01-01T12:00:${time}.000000000Z`;

describe('the history of lag', () => {
  let now: number;
  const clock = { now: () => now };
  beforeEach(() => (now = NOON));
  const historyOf = (parts: object, since?: number) =>
    performanceHistory(parts as unknown as ReplicationNode, clock, since);

  it('is on a primary that of each secondary which it has heard: a point with each heartbeat, and none while it hears nothing', () => {
    const heartbeats = new HeartbeatsReceived(clock);
    const beat = (id: string, head: number): void => {
      heartbeats.note(id, CALL);
      heartbeats.noteHead(id, head);
    };
    beat('us', 10);
    beat('eu', 12);
    now += 30_000;
    beat('us', 11);
    const primary = { asPrimary: { heartbeats } };
    const told = { lag_ms: 60, p50: 58, max: 90 };
    expect(historyOf(primary)).toEqual({
      interval_ms: 2000,
      series: {
        us: [
          { time: at('00'), ...told, lag_mutations: 0 },
          { time: at('30'), ...told, lag_mutations: 1 },
        ],
        eu: [{ time: at('00'), ...told, lag_mutations: 2 }],
      },
    });
    expect(historyOf(primary, NOON).series).toEqual({ us: [expect.objectContaining({ time: at('30') })], eu: [] });
  });

  it('forgets a secondary that is revoked', () => {
    const heartbeats = new HeartbeatsReceived(clock);
    heartbeats.note('us', CALL);
    heartbeats.noteHead('us', 10);
    heartbeats.forget('us');
    heartbeats.noteHead('us', 12);
    expect(historyOf({ asPrimary: { heartbeats } }).series).toEqual({});
  });

  it('is on a secondary its own, a point each second', () => {
    let lagMutations: number | undefined = 0;
    const link = { measured: () => ({ lagMs: 7 }), lagMutations: () => lagMutations };
    const watch = new LagWatch(clock, link, () => 5);
    watch.run();
    now += watch.every;
    lagMutations = undefined;
    watch.run();
    const secondary = { asSecondary: { role: { secondaryId: 'us' }, lagHistory: watch.history } };
    expect(historyOf(secondary)).toEqual({
      interval_ms: 1000,
      series: {
        us: [
          { time: at('00'), lag_ms: 7, p50: null, max: null, lag_mutations: 0 },
          { time: at('01'), lag_ms: 7, p50: null, max: null, lag_mutations: null },
        ],
      },
    });
  });

  it('is empty where nothing is replicated', () => {
    expect(historyOf({})).toEqual({ interval_ms: 1000, series: {} });
    expect(historyOf({ asSecondary: { role: { secondaryId: 'us' }, lagHistory: undefined } }).series).toEqual({});
  });
});
