import fc from 'fast-check';
import { KeyUsage } from './key-usage';

describe('The uses of a data key by other clusters', () => {
  const who = fc.constantFrom('a', 'b', 'c');
  const told = fc.record({
    who,
    term: fc.integer({ min: 1, max: 3 }),
    encryptions: fc.oneof(fc.nat(20), fc.constantFrom(0.5, NaN, -1)),
  });
  const moved = fc.record({ active: fc.integer({ min: 1, max: 3 }) });

  it('are the most that each has told of the key in use, together', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(told, moved)), fc.option(who, { nil: undefined }), (events, except) => {
        const usage = new KeyUsage();
        let active = 1;
        const most = new Map<string, number>();
        for (const event of events) {
          if ('active' in event) {
            if (event.active !== active) most.clear();
            ({ active } = event);
          } else {
            usage.note(event.who, event, active);
            if (event.term === active && Number.isSafeInteger(event.encryptions))
              most.set(event.who, Math.max(event.encryptions, most.get(event.who) ?? 0));
          }
          const counted = [...most].filter(([name]) => name !== except).map(([, count]) => count);
          expect(usage.total(active, except)).toBe(counted.reduce((sum, count) => sum + count, 0));
        }
      }),
    );
  });
});
