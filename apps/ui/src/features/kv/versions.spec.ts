import { stateOf, versionsIn } from './versions';

const NOW = Date.parse('2026-01-02T00:00:00Z');

describe('the versions of a secret', () => {
  it('stand with the latest first, by number', () => {
    const versions = Object.fromEntries([2, 10, 9].map((number) => [number, {}]));
    expect(versionsIn({ versions }, NOW).map(({ number }) => number)).toEqual([10, 9, 2]);
    expect(versionsIn({}, NOW)).toEqual([]);
  });

  it.each([
    ['available', {}],
    ['available', { deletion_time: '', destroyed: false }],
    ['available', { deletion_time: '2026-01-03T00:00:00Z' }],
    ['deleted', { deletion_time: '2026-01-01T00:00:00Z' }],
    ['destroyed', { deletion_time: '2026-01-01T00:00:00Z', destroyed: true }],
  ])('are %s by what is told of them: %j', (state, facts) => {
    expect(stateOf(facts, NOW)).toBe(state);
  });
});
