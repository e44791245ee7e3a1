import { changesOf, namesIn, tokenOptionsOf } from './token-options';

describe('the options of tokens', () => {
  it('stand in a form as people write them', () => {
    expect(
      tokenOptionsOf({ token_policies: ['a', 'b'], token_ttl: 5400, token_num_uses: 3, token_type: 'batch' }),
    ).toMatchObject({ token_policies: 'a, b', token_ttl: '1h30m', token_num_uses: '3', token_type: 'batch' });
  });

  it('are empty where the API tells nothing, or nonsense', () => {
    const wrong = { token_policies: 'a', token_ttl: '1h', token_num_uses: {}, token_no_default_policy: 'yes' };
    expect(tokenOptionsOf(wrong)).toEqual(tokenOptionsOf());
  });

  it('are sent only where they were changed', () => {
    const before = tokenOptionsOf({ token_policies: ['a'], token_ttl: 60, token_max_ttl: 120 });
    expect(changesOf(before, before)).toEqual({});
    expect(
      changesOf(before, { ...before, token_policies: 'a,b  c', token_ttl: '', token_no_default_policy: true }),
    ).toEqual({ token_policies: ['a', 'b', 'c'], token_ttl: 0, token_no_default_policy: true });
    expect(changesOf(before, { ...before, token_period: ' 90 ', token_max_ttl: '2h', token_num_uses: 'x' })).toEqual({
      token_period: 90,
      token_max_ttl: '2h',
      token_num_uses: 'x',
    });
  });

  it('name policies with commas or spaces between', () => {
    expect(namesIn(' a,b , c\nd ')).toEqual(['a', 'b', 'c', 'd']);
  });
});
