import { credibleUse } from './credible-use';

const HOUR = 3_600_000;
/** What a key is rotated at, at the latest. */
const MOST_OPERATIONS = 3_865_470_566;

describe('The use of the data key that a secondary tells of', () => {
  it('is believed as far as a machine could have used it since it was made', () => {
    const use = (encryptions: number, age: number) => credibleUse({ term: 2, encryptions }, 1000, 1000 + age);
    expect(use(5_000_000, HOUR)).toEqual({ term: 2, encryptions: 5_000_000 });
    expect(use(2 ** 53 - 1, 2 * HOUR)).toEqual({ term: 2, encryptions: 720_000_000 });
    expect(use(2 ** 53 - 1, 10 * HOUR).encryptions).toBeLessThan(MOST_OPERATIONS);
    expect(use(MOST_OPERATIONS, 24 * HOUR).encryptions).toBe(MOST_OPERATIONS);
  });

  it('is not forgotten where a clock was set back', () => {
    expect(credibleUse({ term: 1, encryptions: 1000 }, 5000, 10)).toEqual({ term: 1, encryptions: 1000 });
  });
});
