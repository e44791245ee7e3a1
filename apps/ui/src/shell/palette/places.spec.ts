import { placesOf, secretMountsIn } from './places';

const MOUNTS = secretMountsIn({
  secret: {
    'secret/': { type: 'kv', description: 'Everybody' },
    'secret/deep/': { type: 'kv' },
    'transit/': { type: 'transit', description: null },
    'sys/': { type: 'system' },
    'identity/': { type: 'identity' },
    'odd/': null,
  },
});

describe('the mounts of an answer', () => {
  it('are those with secrets in them, whatever is missing', () => {
    expect(MOUNTS.map(({ path, type }) => [path, type])).toEqual([
      ['secret', 'kv'],
      ['secret/deep', 'kv'],
      ['transit', 'transit'],
      ['odd', ''],
    ]);
    for (const secret of [undefined, null, 'text', 7]) expect(secretMountsIn({ secret })).toEqual([]);
  });
});

describe('a path that was typed', () => {
  it.each([
    ['secret/app/db', '/vault/secrets/secret/kv/show/app/db'],
    ['secret/data/app/db', '/vault/secrets/secret/kv/show/app/db'],
    ['/v1/secret/metadata/app', '/vault/secrets/secret/kv/show/app'],
    ['https://vault.example:8200/v1/secret/data/app', '/vault/secrets/secret/kv/show/app'],
    ['secret/app/', '/vault/secrets/secret/kv/list/app'],
    ['secret', '/vault/secrets/secret/kv/list/'],
    ['secret/deep/a', '/vault/secrets/secret%2Fdeep/kv/show/a'],
    ['secret/100% #1?/日本', '/vault/secrets/secret/kv/show/100%25%20%231%3F/%E6%97%A5%E6%9C%AC'],
    ['transit/data/a', '/vault/secrets/transit/configuration'],
    ['sys/policies/acl/app', '/vault/policies/acl/app'],
    ['sys/replication/performance/status', '/vault/replication/performance'],
    ['sys/replication/status', '/vault/replication'],
    ['sys/seal-status', '/vault/settings/seal'],
    ['auth/userpass/users/tester', '/vault/access/userpass/users/show/tester'],
    ['auth/people/here/users', '/vault/access/people%2Fhere/users'],
    ['auth/userpass', '/vault/access/userpass/configuration'],
    ['auth/token/lookup', '/vault/access/tokens'],
    ['sys/leases/lookup/a', '/vault/access/leases'],
  ])('%s leads to %s', (typed, place) => {
    expect(placesOf(typed, MOUNTS)[0]).toBe(place);
  });

  it('falls back to the page around it', () => {
    expect(placesOf('sys/policies/acl/app', MOUNTS)[1]).toBe('/vault/policies/acl');
    expect(placesOf('secret/app', MOUNTS)[1]).toBe('/vault/secrets/secret/kv/list/app');
  });

  it('that is about nothing leads nowhere', () => {
    for (const typed of ['', ' ', '/', 'nowhere/x', 'secretx', 'sysx/a']) expect(placesOf(typed, MOUNTS)).toEqual([]);
  });
});
