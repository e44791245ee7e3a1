import fc from 'fast-check';
import { DelayHistogram } from './delay-histogram';

/** Short and long delays alike, in days at most. */
const delay = fc.oneof(fc.nat(40), fc.nat(5000), fc.nat(2 ** 31 - 1));

const filled = (delays: readonly number[]): DelayHistogram => {
  const histogram = new DelayHistogram();
  for (const ms of delays) histogram.add(ms);
  return histogram;
};

describe('DelayHistogram', () => {
  it('tells each quantile as sorting all delays does, or by at most a 16th more', () => {
    fc.assert(
      fc.property(
        fc.array(delay, { minLength: 1, maxLength: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (delays, share) => {
          const sorted = [...delays].sort((a, b) => a - b);
          const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] as number;
          const told = filled(delays).quantile(share);
          expect(told).toBeGreaterThanOrEqual(exact);
          expect(told).toBeLessThanOrEqual(exact + exact / 16);
          expect(told).toBeLessThanOrEqual(sorted.at(-1) as number);
        },
      ),
    );
  });

  it('tells of several together what it tells of all delays in one', () => {
    fc.assert(
      fc.property(fc.array(delay), fc.array(delay), (some, others) => {
        const together = filled(some);
        together.addAll(filled(others));
        expect(together).toEqual(filled([...some, ...others]));
      }),
    );
  });

  it('tells the longest as it was, however long', () => {
    const years = 3 * 365 * 86_400_000;
    const histogram = filled([1, years]);
    expect([histogram.max, histogram.quantile(0.5), histogram.quantile(0.99)]).toEqual([years, 1, years]);
  });

  it('tells 0 of none, also when it was cleared', () => {
    const histogram = filled([7]);
    histogram.clear();
    expect([histogram.count, histogram.max, histogram.quantile(0.5)]).toEqual([0, 0, 0]);
    expect(histogram).toEqual(new DelayHistogram());
  });
});
