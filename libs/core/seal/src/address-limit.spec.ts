import { AddressLimit } from './address-limit';

describe('the limit of an address', () => {
  const limit = (burst: number, everyMs: number) => {
    const clock = { time: 1_000_000, now: () => clock.time };
    return { clock, limit: new AddressLimit(clock, { burst, everyMs }) };
  };
  const takes = (from: AddressLimit, address: string, times: number) =>
    Array.from({ length: times }, () => from.take(address));

  it('takes a burst, then one call for each interval', () => {
    const { clock, limit: ours } = limit(3, 1000);
    expect(takes(ours, 'a', 4)).toEqual([true, true, true, false]);
    clock.time += 999;
    expect(ours.take('a')).toBe(false);
    clock.time += 1;
    expect(takes(ours, 'a', 2)).toEqual([true, false]);
    clock.time += 3_600_000;
    expect(takes(ours, 'a', 4)).toEqual([true, true, true, false]);
  });

  it('counts each address for itself, also when the clock is put back', () => {
    const { clock, limit: ours } = limit(1, 1000);
    expect(takes(ours, 'a', 2)).toEqual([true, false]);
    expect(ours.take('b')).toBe(true);
    clock.time -= 500_000;
    expect(ours.take('a')).toBe(false);
    clock.time += 1000;
    expect(ours.take('a')).toBe(true);
  });
});
