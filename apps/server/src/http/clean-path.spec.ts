import * as fc from 'fast-check';
import { cleanPath, redirectOf } from './clean-path';

const locationOf = (url: string): string | undefined => redirectOf('POST', url)?.headers['Location'];

describe('clean paths', () => {
  it.each([
    ['/v1//kv1/', '/v1/kv1/'],
    ['//v1/kv1', '/v1/kv1'],
    ['/v1/secret//data/p', '/v1/secret/data/p'],
    ['/v1/sys/mounts//x', '/v1/sys/mounts/x'],
    ['/v1/auth//up2/login/u', '/v1/auth/up2/login/u'],
    ['/v1/kv1/./x', '/v1/kv1/x'],
    ['/v1/kv1/x/.', '/v1/kv1/x'],
    ['/v1/kv1/x/./', '/v1/kv1/x/'],
    ['/v1/h1/a/../b', '/v1/h1/b'],
    ['/v1/h1/a/%2e%2E/b', '/v1/h1/b'],
    ['/v1/h1/a%2f..%2fb', '/v1/h1/b'],
    ['/v1/h1/a%2F%2Fb', '/v1/h1/a/b'],
    ['/v1/../../etc/passwd', '/etc/passwd'],
    ['/v1/sys', '/v1/sys/'],
    ['/v1', '/v1/'],
    ['/v1//a%20b/c%3Fd/e:f@g/%C3%A9?x=//&y=..', '/v1/a%20b/c%3Fd/e:f@g/%C3%A9?x=//&y=..'],
    ['/v1//a%0d%0aSet-Cookie:x', '/v1/a%0D%0ASet-Cookie:x'],
  ])('sends %s on to %s', (url, location) => {
    expect(locationOf(url)).toBe(location);
  });

  it.each([
    '/v1/kv1/',
    '/v1/kv1/..a/b..',
    '/v1/kv1/...',
    '/v1/a%2Fb',
    '/v1/a%20b?x=//',
    '/v1/sys/',
    '/',
    '/v1/a%zz//b',
  ])('serves %s as it is', (url) => {
    expect(locationOf(url)).toBeUndefined();
  });

  it('sends nobody on whose path is clean, and everybody else', () => {
    const segment = fc.oneof(
      fc.constantFrom('', '.', '..', 'v1', 'sys'),
      fc.string({ unit: fc.constantFrom('a', '.', '-', '_', ':', '+'), maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(segment), (segments) => {
        const path = `/v1/${segments.join('/')}`;
        expect(locationOf(path) === undefined).toBe(cleanPath(path) === path);
      }),
    );
  });

  it('sends nobody on twice, and to no other server', () => {
    const segment = fc.oneof(
      fc.constantFrom('', '.', '..', '%2e', '%2F', 'v1', 'a'),
      fc.string().map((text) => encodeURIComponent(text.toWellFormed())),
    );
    fc.assert(
      fc.property(fc.array(segment), (segments) => {
        const location = locationOf(`/${segments.join('/')}`);
        if (location === undefined) return;
        expect(location).toMatch(/^\/(?!\/)/);
        expect(locationOf(location)).toBeUndefined();
        expect(cleanPath(cleanPath(location))).toBe(cleanPath(location));
      }),
    );
  });
});
