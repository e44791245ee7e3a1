import {
  filtersIn,
  isSame,
  markOf,
  offeredIn,
  type PathsFilter,
  pathIn,
  sightOf,
  treeOf,
  unmatchedIn,
  withPath,
} from './paths-filter';

const mount = (path: string) => ({ path, type: 'kv' });
const MOUNTS = ['finance/', 'team/a/', 'team/b/', 'team/b/deep/'].map(mount);
const deny = (...paths: string[]): PathsFilter => ({ mode: 'deny', paths });
const allow = (...paths: string[]): PathsFilter => ({ mode: 'allow', paths });

describe('a paths filter', () => {
  it('is never offered what every cluster has, nor local mounts', () => {
    const entry = (type: unknown, local = false) => ({ type, local });
    const offered = offeredIn({
      secret: {
        'sys/': entry('system'),
        'cubbyhole/': entry('cubbyhole'),
        'identity/': entry('identity'),
        'ns/': entry('ns_system'),
        'own/': entry('kv', true),
        'zeta/': entry('kv'),
        'a%2F/': entry('kv'),
      },
      auth: { 'token/': entry('token'), 'userpass/': entry('userpass'), 'odd/': null },
    });
    expect(offered.map(({ mounts }) => mounts.map(({ path }) => path))).toEqual([
      ['a%2F/', 'zeta/'],
      ['auth/odd/', 'auth/userpass/'],
    ]);
    expect(offeredIn(undefined).map(({ mounts }) => mounts)).toEqual([[], []]);
  });

  it('shows mounts in their folders', () => {
    const tree = treeOf(MOUNTS, '');
    expect(tree.map(({ path, mount: own }) => [path, own !== undefined])).toEqual([
      ['finance/', true],
      ['team/', false],
    ]);
    expect(tree[1]?.below.map(({ name, below }) => [name, below.map((node) => node.path)])).toEqual([
      ['a/', []],
      ['b/', ['team/b/deep/']],
    ]);
    expect(treeOf([mount('auth/userpass/')], 'auth/').map(({ name }) => name)).toEqual(['userpass/']);
  });

  it('has a folder stand for what lies in it', () => {
    expect(withPath(['team/a/', 'finance/'], 'team/')).toEqual(['finance/', 'team/']);
    expect(withPath(['team/'], 'team/a/')).toEqual(['team/']);
    expect(['team/', 'team/a/', 'finance/'].map((path) => markOf(['team/'], path))).toEqual(['own', 'folder', 'none']);
    expect(markOf(['team/a/'], 'team/')).toBe('part');
  });

  it('tells what a secondary sees, and what a change does to that', () => {
    const told = (before: PathsFilter | undefined, after: PathsFilter | undefined) =>
      sightOf(MOUNTS, before, after).map(({ sees, isNew }) => `${sees ? '+' : '-'}${isNew ? '!' : ''}`);
    expect(told(undefined, deny('team/b/'))).toEqual(['+', '+', '-!', '-!']);
    expect(told(deny('team/'), allow('team/a/'))).toEqual(['-!', '+!', '-', '-']);
    expect(told(allow(), undefined)).toEqual(['+!', '+!', '+!', '+!']);
    // A name that begins alike is another mount.
    expect(sightOf([mount('team2/')], undefined, deny('team/'))[0]?.sees).toBe(true);
  });

  it('knows paths that no mount has, and what is no path', () => {
    expect(unmatchedIn(deny('team/', 'later/'), MOUNTS)).toEqual(['later/']);
    expect([' /team/ ', 'a', '', '//', 'a//b'].map(pathIn)).toEqual(['team/', 'a/', undefined, undefined, undefined]);
  });

  it('is the same in any order', () => {
    expect(isSame(deny('a/', 'b/'), deny('b/', 'a/'))).toBe(true);
    expect([isSame(deny('a/'), allow('a/')), isSame(deny(), undefined), isSame(undefined, undefined)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('is read from whatever the API answers', () => {
    expect(filtersIn({ key_info: { us: { mode: 'deny', paths: ['a/'] }, odd: null } })).toEqual({
      us: { mode: 'deny', paths: ['a/'] },
      odd: { mode: 'allow', paths: [] },
    });
    expect(filtersIn(null)).toEqual({});
  });
});
