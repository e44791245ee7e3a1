import { Tallies } from './tally';

describe('Tallies', () => {
  it('count and time work, failed work included', async () => {
    const tallies = new Tallies();
    await tallies.of('a').time(async () => undefined);
    await expect(
      tallies.of('a').time(async () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(tallies.entries().map(([name, { count }]) => [name, count])).toEqual([['a', 2]]);
    expect(tallies.of('a').totalMs).toBeGreaterThan(0);
  });
});
