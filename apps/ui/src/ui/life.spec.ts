import { lifeLeft } from './life';

describe('the rest of a life', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it.each([
    ['2026-01-01T00:03:20.4Z', '3 min 21 s'],
    ['2026-01-02T01:00:00Z', '1 d 1 h'],
    ['2025-12-31T23:59:59Z', 'it has ended'],
    [null, 'without end'],
    [undefined, 'without end'],
    ['<b>', 'not told'],
    [{}, 'not told'],
  ])('of %j is %s', (expires, words) => {
    expect(lifeLeft(expires, now)).toBe(words);
  });
});
