import { given } from './given';

describe('given', () => {
  it('leaves out what is undefined, and nothing else', () => {
    const members = given({ a: undefined, b: null, c: 0, d: '', e: false });
    expect(Object.entries(members)).toEqual([
      ['b', null],
      ['c', 0],
      ['d', ''],
      ['e', false],
    ]);
  });
});
