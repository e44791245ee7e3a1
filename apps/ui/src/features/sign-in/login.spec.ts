import { listedMountsIn } from './login';

describe('the methods of the sign-in page', () => {
  it('are the listed mounts of known types', () => {
    expect(
      listedMountsIn({
        auth: {
          'people/': { type: 'userpass', description: 'Everybody' },
          'machines/': { type: 'approle' },
          'odd/': {},
          'token/': { type: 'token', description: null },
        },
      }),
    ).toEqual([
      { path: 'people', type: 'userpass', description: 'Everybody' },
      { path: 'token', type: 'token', description: '' },
    ]);
    expect(listedMountsIn({})).toEqual([]);
  });
});
