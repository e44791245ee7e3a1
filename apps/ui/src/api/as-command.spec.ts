import { asCurl, commandsFor } from './as-command';
import type { ApiRequest } from './request';

const ORIGIN = 'http://h:1';

/** As `tidelock` is told it, without its name; `undefined`: it has no such verb. */
function wordsFor(request: ApiRequest): string | undefined {
  const [first, second] = commandsFor(request, ORIGIN);
  if (first?.name !== 'tidelock') return undefined;
  expect(second).toEqual({ name: 'vault', text: first.text.replace('tidelock', 'vault') });
  return first.text.replace('tidelock ', '');
}

describe('a call as a command', () => {
  it('is one that a shell takes as it is, without the token', () => {
    const body = { id: "o'clock $HOME" };
    expect(asCurl({ method: 'POST', path: 'sys/a b', body }, ORIGIN)).toBe(
      `curl -X POST -H "X-Vault-Token: $VAULT_TOKEN" -H 'X-Vault-Request: true' -d '{"id":"o'\\''clock $HOME"}' 'http://h:1/v1/sys/a%20b'`,
    );
    expect(asCurl({ method: 'GET', path: 'sys/health' }, ORIGIN)).toBe(
      `curl -H "X-Vault-Token: $VAULT_TOKEN" -H 'X-Vault-Request: true' 'http://h:1/v1/sys/health'`,
    );
    expect(asCurl({ method: 'GET', path: 'a', wrapTtl: '5m' }, ORIGIN)).toContain("-H 'X-Vault-Wrap-TTL: 5m'");
    expect(asCurl({ method: 'PATCH', path: 'a', body: {} }, ORIGIN)).toContain(
      "-H 'Content-Type: application/merge-patch+json'",
    );
  });

  it.each<[string, ApiRequest]>([
    ['read secret/data/app', { method: 'GET', path: 'secret/data/app' }],
    ['read secret/data/app version=3', { method: 'GET', path: 'secret/data/app', query: { version: '3' } }],
    ['list secret/metadata', { method: 'GET', path: 'secret/metadata', query: { list: 'true' } }],
    ['read -wrap-ttl=5m secret/data/app', { method: 'GET', path: 'secret/data/app', wrapTtl: '5m' }],
    ['delete secret/data/app', { method: 'DELETE', path: 'secret/data/app' }],
    ['write -force sys/seal', { method: 'POST', path: 'sys/seal' }],
    ['write -force sys/a', { method: 'POST', path: 'sys/a', body: {} }],
    [
      'write sys/a id=us-east ttl=30m empty=',
      { method: 'POST', path: 'sys/a', body: { id: 'us-east', ttl: '30m', empty: '' } },
    ],
    [
      `write 'kv/a b' note='it'\\''s $HOME' file='\\@x'`,
      { method: 'POST', path: 'kv/a b', body: { note: "it's $HOME", file: '@x' } },
    ],
  ])('has the verb of the command line: %s', (words, request) => {
    expect(wordsFor(request)).toBe(words);
  });

  it('gives as JSON what is no text, or what a pair would change', () => {
    for (const body of [{ force: true }, { value: '-' }, { 'a=b': 'c' }, { '@a': 'c' }, { paths: ['a'] }])
      expect(wordsFor({ method: 'POST', path: 'sys/a', body })).toBe(
        `write sys/a - <<'EOF'\n${JSON.stringify(body)}\nEOF`,
      );
  });

  it.each<[string, ApiRequest]>([
    ['a patch', { method: 'PATCH', path: 'a', body: { b: 'c' } }],
    ['a part of a list', { method: 'GET', path: 'a', query: { list: 'true', after: 'x' } }],
    ['a deletion with a body', { method: 'DELETE', path: 'a', body: { b: 'c' } }],
    ['a path with an empty segment', { method: 'GET', path: 'secret/data/a//b' }],
  ])('has curl alone where the command line has nothing for it: %s', (_, request) => {
    expect(commandsFor(request, ORIGIN).map(({ name }) => name)).toEqual(['curl']);
  });
});
