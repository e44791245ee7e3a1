import { durationText } from './duration-text';

describe('a duration in a form', () => {
  it.each([
    [0, ''],
    [45, '45s'],
    [3600, '1h'],
    [90_061, '25h1m1s'],
    [undefined, ''],
  ])('is, for %s seconds, %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});
