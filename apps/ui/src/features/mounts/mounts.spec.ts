import { barePath, inTheWay, mountsIn, typeOf } from './mounts';

describe('mounts as the API tells of them', () => {
  it('are sorted by their paths', () => {
    const entry = { type: 'kv', accessor: 'kv_1', uuid: 'u', local: true, options: { version: '2' } };
    const [first, second] = mountsIn({ 'b/': entry, 'a/': { ...entry, config: { max_lease_ttl: 60 } } });
    expect(first).toMatchObject({ path: 'a/', config: { maxLeaseTtl: 60, defaultLeaseTtl: 0 } });
    expect(second).toMatchObject({ path: 'b/', type: 'kv', local: true, options: { version: '2' } });
  });

  it.each([undefined, null, 7, 'text', []])('are none in %p', (entries) => {
    expect(mountsIn(entries)).toEqual([]);
  });

  it('lack what is missing or is no text', () => {
    const [mount] = mountsIn({
      'a/': { type: 7, description: null, local: 'yes', options: { version: 2 }, config: [] },
    });
    expect(mount).toMatchObject({ type: '', description: '', local: false, options: { version: '2' } });
    expect(mountsIn({ 'a/': null })).toMatchObject([{ path: 'a/', accessor: '', options: {} }]);
  });

  it('name their version where they have one', () => {
    expect(typeOf({ type: 'kv', options: { version: '2' } })).toBe('kv version 2');
    expect(typeOf({ type: 'userpass', options: {} })).toBe('userpass');
  });
});

describe('the path of a new mount', () => {
  it.each([' /team/kv/ ', 'team/kv', 'team/kv//'])('is the same written as "%s"', (text) => {
    expect(barePath(text)).toBe('team/kv');
  });

  it.each([
    ['kv', 'kv/'],
    ['/kv/', 'kv/'],
    ['kv/inner', 'kv/'],
    ['team', 'team/one/'],
    ['kv2', undefined],
    ['k', undefined],
  ])('%s has %s in its way', (path, other) => {
    expect(inTheWay(path, [{ path: 'kv/' }, { path: 'team/one/' }])).toBe(other);
  });
});
