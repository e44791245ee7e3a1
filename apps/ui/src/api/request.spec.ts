import { addressOf, asCurl } from './request';

describe('a call to the API', () => {
  it.each([
    ['secret/data/100%', '/v1/secret/data/100%25'],
    ['secret/data/a%2Fb/c', '/v1/secret/data/a%252Fb/c'],
    ['secret/data/a#b?c=d', '/v1/secret/data/a%23b%3Fc%3Dd'],
    ['secret/data/back\\slash', '/v1/secret/data/back%5Cslash'],
    ['secret/data/日本/鍵', '/v1/secret/data/%E6%97%A5%E6%9C%AC/%E9%8D%B5'],
  ])('names %s as %s', (path, address) => {
    expect(addressOf({ path })).toBe(address);
  });

  it('has its query behind it', () => {
    expect(addressOf({ path: 'a/b', query: { list: 'true', after: 'x y' } })).toBe('/v1/a/b?list=true&after=x+y');
  });

  it('is told as a command that a shell takes as it is, without the token', () => {
    const body = { id: "o'clock $HOME" };
    expect(asCurl({ method: 'POST', path: 'sys/a b', body }, 'http://h:1')).toBe(
      `curl -X POST -H "X-Vault-Token: $VAULT_TOKEN" -d '{"id":"o'\\''clock $HOME"}' 'http://h:1/v1/sys/a%20b'`,
    );
    expect(asCurl({ method: 'GET', path: 'sys/health' }, 'http://h:1')).toBe(
      `curl -H "X-Vault-Token: $VAULT_TOKEN" 'http://h:1/v1/sys/health'`,
    );
  });
});
