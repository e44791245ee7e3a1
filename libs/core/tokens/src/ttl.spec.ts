import * as fc from 'fast-check';
import { lifeWithin } from './ttl';

const NOW = 1_700_000_000_000;
const mount = { requestedSeconds: 0, defaultSeconds: 3600, mountMaxSeconds: 7200 };
const lived = (seconds: number): number => NOW - seconds * 1000;

describe('the life of a token or lease', () => {
  it('is the default, where nothing is asked for', () => {
    expect(lifeWithin(mount, NOW, NOW)).toEqual({ ttlSeconds: 3600, warnings: [] });
  });

  it('is capped by the mount, the method and the explicit maximum, with a warning', () => {
    const asked = { ...mount, requestedSeconds: 10_000 };
    expect(lifeWithin(asked, NOW, NOW)).toEqual({
      ttlSeconds: 7200,
      warnings: ['TTL of "2h46m40s" exceeded the effective max_ttl of "2h0m0s"; TTL value is capped accordingly'],
    });
    expect(lifeWithin({ ...asked, maxSeconds: 600 }, NOW, NOW).ttlSeconds).toBe(600);
    expect(lifeWithin({ ...asked, maxSeconds: 600, explicitMaxSeconds: 60 }, NOW, NOW).ttlSeconds).toBe(60);
  });

  it('counts the maximum from the beginning, so that renewals end', () => {
    expect(lifeWithin(mount, lived(5000), NOW).ttlSeconds).toBe(2200);
    expect(lifeWithin(mount, lived(7200), NOW).ttlSeconds).toBe(0);
  });

  it('names what is left of the maximum, where that is less than was asked for', () => {
    expect(lifeWithin({ ...mount, requestedSeconds: 7200 }, lived(1), NOW).warnings).toEqual([
      'TTL of "2h0m0s" exceeded the effective max_ttl of "1h59m59s"; TTL value is capped accordingly',
    ]);
    expect(lifeWithin({ ...mount, requestedSeconds: 7200 }, lived(9000), NOW).warnings).toEqual([
      expect.stringContaining('max_ttl of "0s"'),
    ]);
  });

  it('is a period for ever, until the explicit maximum', () => {
    expect(lifeWithin({ ...mount, periodSeconds: 500 }, lived(1e6), NOW).ttlSeconds).toBe(500);
    expect(lifeWithin({ ...mount, periodSeconds: 500, explicitMaxSeconds: 1200 }, lived(1000), NOW).ttlSeconds).toBe(
      200,
    );
    expect(lifeWithin({ ...mount, periodSeconds: 1e6 }, NOW, NOW).ttlSeconds).toBe(7200);
  });

  it('never goes beyond a maximum, whatever is combined', () => {
    const seconds = fc.nat({ max: 1e7 });
    const bounds = fc.record({
      requestedSeconds: seconds,
      defaultSeconds: seconds,
      mountMaxSeconds: fc.integer({ min: 1, max: 1e7 }),
      maxSeconds: seconds,
      explicitMaxSeconds: seconds,
      periodSeconds: seconds,
    });
    fc.assert(
      fc.property(bounds, seconds, (given, age) => {
        const { ttlSeconds } = lifeWithin(given, lived(age), NOW);
        expect(ttlSeconds).toBeLessThanOrEqual(given.mountMaxSeconds);
        if (given.explicitMaxSeconds > 0) expect(ttlSeconds + age).toBeLessThanOrEqual(given.explicitMaxSeconds);
        if (given.periodSeconds === 0) expect(ttlSeconds + age).toBeLessThanOrEqual(given.mountMaxSeconds);
      }),
    );
  });
});
