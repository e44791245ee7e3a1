import { LagHistory } from './lag-history';

const NOON = Date.UTC(2025, 0, 1, 12);
const MINUTE = 60_000;

describe('LagHistory', () => {
  let history: LagHistory;
  beforeEach(() => (history = new LagHistory()));
  const add = (at: number, lagMs = 1): void => history.add(at, { lagMs }, 0);
  const timesSince = (time: number, now: number): number[] =>
    history.since(time, now).map((point) => Date.parse(point.time));

  it('tells points as they were told, with nothing for what was not', () => {
    history.add(NOON, { lagMs: 60, recentDelayMs: { p50: 58, max: 90 } }, 3);
    history.add(NOON + 2000, {}, undefined);
    expect(history.since(-Infinity, NOON + 2000)).toEqual([
      { time: '2025-01-01T12:00:00.000000000Z', lag_ms: 60, p50: 58, max: 90, lag_mutations: 3 },
      { time: '2025-01-01T12:00:02.000000000Z', lag_ms: null, p50: null, max: null, lag_mutations: null },
    ]);
  });

  it('tells those behind a time, so that nobody is told one twice', () => {
    for (const second of [0, 1, 2, 3]) add(NOON + second * 1000);
    expect(timesSince(NOON + 1000, NOON + 3000)).toEqual([NOON + 2000, NOON + 3000]);
    expect(timesSince(NOON + 3000, NOON + 3000)).toEqual([]);
  });

  it('forgets what is older than fifteen minutes, also where nothing comes any more', () => {
    for (let second = 0; second <= 1000; second += 1) add(NOON + second * 1000);
    const now = NOON + 1_000_000;
    expect(timesSince(-Infinity, now)).toHaveLength(900);
    expect(timesSince(-Infinity, now)[0]).toBe(now - 899_000);
    expect(timesSince(-Infinity, now + 14 * MINUTE)).toHaveLength(60);
    expect(timesSince(-Infinity, now + 15 * MINUTE)).toEqual([]);
    expect((history as unknown as { points: unknown[] }).points).toHaveLength(900);
  });

  it('keeps two points a second, however often one is told', () => {
    for (let at = 0; at < 20 * MINUTE; at += 10) add(NOON + at);
    add(NOON + 20 * MINUTE, 7);
    expect(history.since(-Infinity, NOON + 20 * MINUTE).length).toBe(1800);
    expect(history.since(-Infinity, NOON + 20 * MINUTE).at(-1)).toMatchObject({ lag_ms: 7 });
  });

  it('forgets what is to come when the clock was set back: points stay in order', () => {
    for (const second of [0, 1, 2, 3]) add(NOON + second * 1000);
    add(NOON + 1200, 7);
    expect(timesSince(-Infinity, NOON + 2000)).toEqual([NOON, NOON + 1000]);
    expect(history.since(-Infinity, NOON + 2000).at(-1)).toMatchObject({ lag_ms: 7 });
  });
});
