import { checkShares } from './shares-config';

describe('a configuration of shares', () => {
  it.each([
    [0, 0, 'shares must be at least one'],
    [1, 0, 'threshold must be at least one'],
    [3, 1, 'threshold must be greater than one for multiple shares'],
    [256, 3, 'shares must be less than 256'],
    [3, 5, 'threshold cannot be larger than shares'],
  ])('of %i shares with a threshold of %i is refused', (n, t, text) => {
    expect(() => checkShares(n, t)).toThrow(`invalid seal configuration: ${text}`);
  });
});
