import { ApplyDelays, MINUTE_MS } from './apply-delays';

const NOON = Date.UTC(2025, 0, 1, 12);
/** The primary's clock is ahead by so much. */
const SKEW = 5000;

describe('ApplyDelays', () => {
  let now: number;
  let delays: ApplyDelays;
  beforeEach(() => {
    now = NOON;
    delays = new ApplyDelays({ now: () => now });
  });
  const message = (delay: number, isMutation = true) => ({
    records: isMutation ? [] : undefined,
    time: now + SKEW - delay,
  });
  const apply = (...each: number[]): void =>
    delays.note(
      each.map((delay) => message(delay)),
      SKEW,
    );
  const canary = (delay: number): void => delays.note([message(delay, false)], SKEW);

  it('tell how long mutations took over the last minute, the clocks apart or not', () => {
    expect(delays.within(MINUTE_MS)).toBeUndefined();
    apply(...Array.from({ length: 98 }, () => 20), 31, 9);
    expect(delays.within(MINUTE_MS)).toEqual({ last: 9, p50: 20, p99: 20, max: 31 });
    now += 30_000;
    apply(900);
    apply(900);
    expect(delays.within(MINUTE_MS)).toEqual({ last: 900, p50: 20, p99: 900, max: 900 });
    expect(delays.within(2000)).toEqual({ last: 900, p50: 900, p99: 900, max: 900 });
  });

  it('forget what is older than a minute', () => {
    apply(900);
    now += 64_000; // A second for which the same place is used.
    apply(20);
    expect(delays.within(MINUTE_MS)).toMatchObject({ p50: 20, max: 20 });
    now += 62_000;
    expect(delays.within(MINUTE_MS)).toBeUndefined();
    now += 10 * MINUTE_MS;
    expect(delays.within(MINUTE_MS)).toBeUndefined();
  });

  it('are not counted of messages that change no record', () => {
    canary(900);
    expect(delays.within(MINUTE_MS)).toBeUndefined();
    delays.note([message(4), message(900, false)], SKEW);
    expect(delays.within(MINUTE_MS)).toEqual({ last: 4, p50: 4, p99: 4, max: 4 });
  });

  it('are never negative, and never longer than a heartbeat may tell', () => {
    apply(-40);
    expect(delays.within(MINUTE_MS)).toEqual({ last: 0, p50: 0, p99: 0, max: 0 });
    delays.note([{ records: [], time: -(10 ** 13) }], 0);
    expect(delays.within(MINUTE_MS)?.max).toBe(100 * 365 * 86_400_000);
  });

  it('show nothing of a time that is still to come when the clock was set back', () => {
    apply(900);
    now -= 3_600_000;
    expect(delays.within(MINUTE_MS)).toBeUndefined();
    apply(3);
    expect(delays.within(MINUTE_MS)).toMatchObject({ p50: 3, max: 3 });
  });

  describe('tell the lag', () => {
    const inStep = { isInStep: true, inStepAt: NOON, canaryAgeMs: 4000 };
    const behind = { isInStep: false, inStepAt: undefined, canaryAgeMs: 4000 };

    it('as none, where everything is here and nothing arrived lately: a canary is no news', () => {
      expect(delays.lagMs(inStep)).toBe(0);
      canary(30);
      expect(delays.lagMs(inStep)).toBe(0);
      apply(60);
      now += 3001;
      expect(delays.lagMs(inStep)).toBe(0);
    });

    it('as the delay of the newest mutation, while mutations arrive', () => {
      apply(80, 60);
      expect(delays.lagMs(inStep)).toBe(60);
      canary(30);
      now += 3000;
      expect(delays.lagMs(inStep)).toBe(60);
    });

    it('as the delay of the newest message, where more is to come: of a canary, too', () => {
      apply(3_600_000);
      expect(delays.lagMs(behind)).toBe(3_600_000);
      canary(3_500_000);
      expect(delays.lagMs(behind)).toBe(3_500_000);
    });

    it('as the age of the newest message, once nothing was applied for a heartbeat and a half: it grows', () => {
      apply(60);
      now += 3000;
      expect(delays.lagMs({ ...behind, canaryAgeMs: 3060 })).toBe(60);
      now += 1;
      expect(delays.lagMs({ ...behind, canaryAgeMs: 3061 })).toBe(3061);
      now += 10_000;
      expect(delays.lagMs({ ...behind, canaryAgeMs: 13_061 })).toBe(13_061);
    });

    it('as no older than since everything was here: the last canary may be from long before', () => {
      canary(30);
      now += 8000;
      expect(delays.lagMs({ isInStep: false, inStepAt: now - 3100, canaryAgeMs: 8030 })).toBe(3100);
      expect(delays.lagMs({ isInStep: false, inStepAt: now - 9000, canaryAgeMs: 8030 })).toBe(8030);
    });

    it('as no age of a canary, where what is missing was told of just now', () => {
      canary(30);
      now += 4900;
      expect(delays.lagMs({ isInStep: false, inStepAt: now - 2000, canaryAgeMs: 4930 })).toBe(30);
    });

    it('as the age that is known, where nothing was applied yet', () => {
      expect(delays.lagMs({ ...behind, canaryAgeMs: 700 })).toBe(700);
      expect(delays.lagMs({ ...behind, canaryAgeMs: -1 })).toBe(0);
    });
  });
});
