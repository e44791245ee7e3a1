import { amountOf, bytesOf, countOf, dayOf, durationOf, momentOf, timeOf } from './format';

describe('figures for people', () => {
  it.each([
    [0, '0 ms'],
    [46.7, '47 ms'],
    [999.4, '999 ms'],
    [1000, '1.0 s'],
    [9_999, '9.9 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [277_200_000, '3 d 5 h'],
  ])('writes %d ms as %s', (milliseconds, text) => {
    expect(durationOf(milliseconds)).toBe(text);
  });

  it('write nothing where there is no number', () => {
    expect(countOf(undefined as never)).toBe('–');
  });

  it.each([NaN, Infinity, 9e15, {}, null, undefined, 'soon'])('write no time where there is none: %p', (moment) => {
    for (const write of [timeOf, dayOf, momentOf]) expect(write(moment as never)).toBe('–');
  });

  it('write a moment in both zones', () => {
    expect(momentOf(0)).toContain('Jan 1, 1970, 12:00:00 AM UTC');
  });

  it('writes sizes with their unit, and groups thousands', () => {
    expect([0, 1, 1023, 1024, 1_572_864, 5 * 2 ** 40].map(bytesOf)).toEqual([
      '0 bytes',
      '1 byte',
      '1023 bytes',
      '1.0 KiB',
      '1.5 MiB',
      '5.0 TiB',
    ]);
    expect(countOf(10_887)).toBe('10,887');
    expect([0, 1, 2000].map((count) => amountOf(count, 'mount'))).toEqual(['0 mounts', '1 mount', '2,000 mounts']);
  });
});
