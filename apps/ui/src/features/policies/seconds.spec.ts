import { secondsIn } from './seconds';

describe('a duration', () => {
  it.each([
    [60, 60],
    ['30', 30],
    ['90s', 90],
    ['1h30m', 5400],
    ['7d', 604_800],
    ['1.5s', 1],
    ['-1m', -60],
    ['', 0],
    ['soon', undefined],
    ['1h30', undefined],
    [true, undefined],
    [['1s'], undefined],
    ['999999999999', undefined],
  ])('%j is %s seconds', (value, seconds) => {
    expect(secondsIn(value)).toBe(seconds);
  });
});
