import * as fc from 'fast-check';
import { leftUntil, type Moment, momentAfter, momentText, parseMoment, presentMoment } from './moment';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('a moment', () => {
  const now: Moment = { process: 'p', steady: 1000, wall: 5000 };

  it('is what its text says', () => {
    fc.assert(
      fc.property(fc.uuid(), finite, finite, (process, steady, wall) => {
        const read = parseMoment(momentText({ process, steady, wall })) as Moment;
        expect([read.process, read.steady + 0, read.wall + 0]).toEqual([process, steady + 0, wall + 0]);
      }),
    );
  });

  it.each(['', 'p', 'p 1', 'p 1 x', 'p 1 2 3', ' 1 2', 'p Infinity 2'])('is not %j', (text) => {
    expect(parseMoment(text)).toBeUndefined();
  });

  it('is past by either clock, and not a moment before', () => {
    const deadline = momentAfter(now, 100);
    const at = (steady: number, wall: number) => leftUntil(deadline, { process: 'p', steady, wall });
    expect([at(1099, 5099), at(1100, 5099), at(1099, 5100), at(1100, 5100)]).toEqual([1, 0, 0, 0]);
  });

  it('of another process is past', () => {
    expect(leftUntil({ ...momentAfter(now, 1e9), process: 'other' }, now)).toBe(0);
    expect(leftUntil(momentAfter(presentMoment(), 60_000))).toBeGreaterThan(0);
  });
});
