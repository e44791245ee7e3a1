import { RawJson } from '@tidelock/kernel';
import { Acl } from './acl';
import { acl, may, path, reads } from './acl.testing';
import { parsePolicy } from './parse-policy';

describe('Acl', () => {
  it('grants each operation by its own capability', () => {
    const operations = ['create', 'read', 'update', 'patch', 'delete', 'list'] as const;
    for (const granted of operations) {
      const rules = acl(path('x', granted));
      for (const operation of operations) expect(may(rules, { operation })).toBe(operation === granted);
    }
  });

  it('grants nothing where no rule is, but help everywhere', () => {
    expect(may(acl())).toBe(false);
    expect(may(acl(path('xy', 'update')))).toBe(false);
    expect(may(acl(), { operation: 'help', sudo: true })).toBe(true);
  });

  it('asks for sudo besides the operation', () => {
    expect(may(acl(path('x', 'update')), { sudo: true })).toBe(false);
    expect(may(acl(path('x', 'sudo')), { sudo: true })).toBe(false);
    expect(may(acl(path('x', 'update', 'sudo')), { sudo: true })).toBe(true);
  });

  it('lets root do everything', () => {
    const root = new Acl([parsePolicy('root', '')]);
    expect(may(root, { sudo: true, operation: 'delete' })).toBe(true);
    expect(root.capabilities('x')).toEqual(['root']);
    expect(root.hasRightBelow('x/')).toBe(true);
    expect(root.resultant()).toEqual({ root: true, exact_paths: {}, glob_paths: {} });
  });

  it.each([
    ['a/b', ['a/*']],
    ['a/*', ['a/+']],
    ['a/b*', ['a/*', 'a/+', '+/bc']],
    ['a/+/c', ['+/b/c', 'a/+/*', 'a/+/+']],
    ['a/b/+', ['a/+/c', 'a/b/*', 'a/*']],
    ['a/+', ['+/+', '+/b', 'a*']],
    ['a/+/cd*', ['a/+/c*']],
    ['+/b', ['+/+']],
  ])('prefers %s', (preferred, others) => {
    const sample = {
      'a/b': 'a/b',
      'a/*': 'a/x/y',
      'a/b*': 'a/bc',
      'a/+/c': 'a/b/c',
      'a/b/+': 'a/b/c',
      'a/+': 'a/b',
      'a/+/cd*': 'a/b/cde',
      '+/b': 'a/b',
    }[preferred] as string;
    for (const other of others) {
      const both = path(preferred, 'read') + path(other, 'deny');
      expect([other, reads(acl(both), sample)]).toEqual([other, true]);
    }
  });

  it('takes a `*` that is not last, and a `+` in a word, for themselves', () => {
    const rules = acl(path('a*b', 'read') + path('c+d/e+', 'read'));
    expect([reads(rules, 'a*b'), reads(rules, 'axb'), reads(rules, 'c+d/e+'), reads(rules, 'cxd/ex')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('matches `+` against exactly one segment', () => {
    const rules = acl(path('a/+/c', 'read'));
    expect(['a/b/c', 'a//c', 'a/b/x/c', 'a/c', 'a/b/c/'].map((at) => reads(rules, at))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('ignores slashes before a path, as the policies do', () => {
    expect(reads(acl(path('/x', 'read')), '//x')).toBe(true);
  });

  describe('of several policies', () => {
    it('unites what they say on the same path', () => {
      const rules = acl(path('x', 'read'), path('x', 'update'), path('x', 'sudo'));
      expect(rules.capabilities('x')).toEqual(['read', 'sudo', 'update']);
    });

    it('lets deny win in any order', () => {
      for (const texts of [
        ['deny', 'read'],
        ['read', 'deny'],
      ]) {
        expect(acl(...texts.map((capability) => path('x*', capability))).capabilities('xy')).toEqual(['deny']);
      }
    });

    it('adds up parameters, any value winning, and takes the lower wrapping bounds', () => {
      const rule = (more: string): string => `path "x" { capabilities = ["update"] ${more} }`;
      const rules = acl(
        rule(
          'allowed_parameters = { a = ["1"] b = ["1"] } max_wrapping_ttl = 90 min_wrapping_ttl = 30 required_parameters = ["a"]',
        ),
        rule(
          'allowed_parameters = { a = ["2"] b = [] } max_wrapping_ttl = 60 min_wrapping_ttl = 20 required_parameters = ["b", "a"]',
        ),
        rule(''),
      );
      expect(rules.resultant().exact_paths['x']).toEqual({
        capabilities: ['update'],
        allowed_parameters: { a: ['1', '2'], b: [] },
        required_parameters: ['a', 'b'],
        min_wrapping_ttl: 20,
        max_wrapping_ttl: 60,
      });
    });
  });

  describe('lists', () => {
    const lists = (rules: Acl, at: string): boolean => may(rules, { path: at, operation: 'list' });

    it('are allowed by a rule with or without the closing slash', () => {
      expect(lists(acl(path('a/b', 'list')), 'a/b/')).toBe(true);
      expect(lists(acl(path('a/b/', 'list')), 'a/b/')).toBe(true);
      expect(lists(acl(path('a/+', 'list')), 'a/b/')).toBe(true);
      expect(lists(acl(path('a/b/*', 'list')), 'a/b/')).toBe(true);
      expect(lists(acl(path('a/*', 'list')), 'a/')).toBe(true);
      expect(lists(acl(path('a/b/c', 'list')), 'a/b/')).toBe(false);
    });

    it('prefer the rule with the slash', () => {
      expect(lists(acl(path('a', 'list') + path('a/', 'deny')), 'a/')).toBe(false);
    });

    it('alone look without the slash', () => {
      expect(may(acl(path('a', 'read')), { path: 'a/', operation: 'read' })).toBe(false);
    });
  });

  describe('parameters', () => {
    const rule = (more: string): Acl =>
      acl(`path "x" { capabilities = ["create", "read", "update", "patch", "list", "delete"] ${more} }`);

    it.each<[string, Record<string, unknown>, boolean]>([
      ['allowed_parameters = { a = [] }', { a: 'anything' }, true],
      ['allowed_parameters = { a = [] }', { A: 1 }, true],
      ['allowed_parameters = { a = [] }', { a: 1, b: 1 }, false],
      ['allowed_parameters = { a = [] }', {}, true],
      ['allowed_parameters = { a = ["x", "y*", "*z", "*w*"] }', { a: 'x' }, true],
      ['allowed_parameters = { a = ["x", "y*", "*z", "*w*"] }', { a: 'yes' }, true],
      ['allowed_parameters = { a = ["x", "y*", "*z", "*w*"] }', { a: 'quiz' }, true],
      ['allowed_parameters = { a = ["x", "y*", "*z", "*w*"] }', { a: 'owl' }, true],
      ['allowed_parameters = { a = ["x", "y*", "*z", "*w*"] }', { a: 'xx' }, false],
      ['allowed_parameters = { a = ["*"] }', { a: 'x' }, false],
      ['allowed_parameters = { a = ["*"] }', { a: '*' }, true],
      ['allowed_parameters = { a = [1, true] }', { a: 1 }, true],
      ['allowed_parameters = { a = [1, true] }', { a: '1' }, false],
      ['allowed_parameters = { a = [1, true] }', { a: true }, true],
      ['allowed_parameters = { a = [1.5] }', { a: new RawJson('1.50') }, true],
      ['allowed_parameters = { a = [["x"]] }', { a: ['x'] }, true],
      ['allowed_parameters = { a = [["x"]] }', { a: ['x', 'y'] }, false],
      ['allowed_parameters = { a = ["x"] "*" = [] }', { a: 'x', b: 1 }, true],
      ['allowed_parameters = { a = ["x"] "*" = [] }', { a: 'y', b: 1 }, false],
      ['allowed_parameters = { "*" = [] }', { b: null }, true],
      ['denied_parameters = { a = [] }', { a: 'anything' }, false],
      ['denied_parameters = { a = [] }', { b: 1 }, true],
      ['denied_parameters = { a = ["x*"] }', { A: 'xy' }, false],
      ['denied_parameters = { a = ["x*"] }', { a: 'y' }, true],
      ['denied_parameters = { "*" = [] }', { a: 1 }, false],
      ['denied_parameters = { "*" = [] }', {}, true],
      ['denied_parameters = { a = [] } allowed_parameters = { a = [] }', { a: 1 }, false],
      ['required_parameters = ["a", "B"]', { a: 1, b: null }, true],
      ['required_parameters = ["a"]', { b: 1 }, false],
      ['required_parameters = ["toString"]', {}, false],
    ])('%s: %j -> %s', (restriction, data, allowed) => {
      for (const operation of ['create', 'read', 'update', 'patch'] as const) {
        expect(may(rule(restriction), { operation, data })).toBe(allowed);
      }
    });

    it('are looked at only where they can change something', () => {
      for (const operation of ['list', 'delete'] as const) {
        expect(
          may(rule('denied_parameters = { "*" = [] } required_parameters = ["b"]'), { operation, data: { a: 1 } }),
        ).toBe(true);
      }
    });
  });

  it('bounds the life of the wrapping', () => {
    const rules = acl('path "x" { capabilities = ["update"] min_wrapping_ttl = "1m" max_wrapping_ttl = "2m" }');
    expect(
      [undefined, 59, 60, 120, 121].map((ttl) => may(rules, ttl === undefined ? {} : { wrapTtlSeconds: ttl })),
    ).toEqual([false, false, true, true, false]);
    const least = acl('path "x" { capabilities = ["update"] min_wrapping_ttl = 1 }');
    expect([may(least), may(least, { wrapTtlSeconds: 86_400 })]).toEqual([false, true]);
  });

  it('tells the capabilities on a path', () => {
    const rules = acl(path('a/*', 'sudo', 'list', 'read', 'create') + path('a/no', 'deny') + path('b', 'list'));
    expect(rules.capabilities('a/x')).toEqual(['create', 'list', 'read', 'sudo']);
    expect(rules.capabilities('a/no')).toEqual(['deny']);
    expect(rules.capabilities('nowhere')).toEqual(['deny']);
    expect(rules.capabilities('b/')).toEqual(['list']);
  });

  it.each([
    [path('secret/a', 'read'), true],
    [path('secret/*', 'list'), true],
    [path('s*', 'read'), true],
    [path('*', 'read'), true],
    [path('+/data/x', 'read'), true],
    [path('secret/+/x', 'read'), true],
    [path('+/*', 'read'), true],
    [path('secret/', 'read'), true],
    [path('secret', 'read'), false],
    [path('secret/a', 'deny'), false],
    [path('secret/a'), false],
    [path('other/*', 'read'), false],
    [path('other/+/x', 'read'), false],
    [path('+', 'read'), false],
    [path('*', 'read') + path('secret/*', 'deny'), false],
    [path('secret/*', 'deny') + path('secret/a', 'read'), true],
  ])('sees in %j whether there is any right below secret/', (text, expected) => {
    expect(acl(text).hasRightBelow('secret/')).toBe(expected);
  });

  it('sums itself up for a user interface', () => {
    const rules = acl(
      path('a/b', 'read') + path('c/*', 'list', 'update') + path('d/+/e', 'read') + path('f/+/*', 'deny'),
    );
    expect(rules.resultant()).toEqual({
      root: false,
      exact_paths: { 'a/b': { capabilities: ['read'] } },
      glob_paths: {
        'c/': { capabilities: ['list', 'update'] },
        'd/+/e': { capabilities: ['read'] },
        'f/+/': { capabilities: ['deny'] },
      },
    });
  });
});
