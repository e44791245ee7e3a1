import { addressOf } from './request';

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

  it.each(['auth/a/users/../../../sys/mounts/b', 'secret/./a', '..', 'a/.'])(
    'is not made where it would be another: %s',
    (path) => {
      expect(() => addressOf({ path })).toThrow('No part of a path can be');
    },
  );

  it('takes dots in a name for what they are', () => {
    expect(addressOf({ path: 'a/...//.b/%2e%2e' })).toBe('/v1/a/...//.b/%252e%252e');
  });

  it('has its query behind it', () => {
    expect(addressOf({ path: 'a/b', query: { list: 'true', after: 'x y' } })).toBe('/v1/a/b?list=true&after=x+y');
  });
});
