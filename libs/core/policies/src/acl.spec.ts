import fc from 'fast-check';
import { RawJson } from '@tidelock/kernel';
import { Acl, type AclRequest } from './acl';
import { parsePolicy } from './parse-policy';

const acl = (...texts: string[]): Acl => new Acl(texts.map((text, n) => parsePolicy(`p${n}`, text)));
const path = (name: string, ...capabilities: string[]): string =>
  `path ${JSON.stringify(name)} { capabilities = ${JSON.stringify(capabilities)} }\n`;
const may = (rules: Acl, request: Partial<AclRequest> = {}): boolean =>
  rules.allows({ path: 'x', operation: 'update', sudo: false, ...request }).allowed;
const reads = (rules: Acl, at: string): boolean => may(rules, { path: at, operation: 'read' });

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

  it('never matches a template, whatever it would become', () => {
    const rules = acl(path('id/{{identity.entity.id}}', 'read') + path('id/*', 'list'));
    expect(reads(rules, 'id/{{identity.entity.id}}')).toBe(false);
    expect(acl(path('id/{{identity.entity.id}}/*', 'read')).hasRightBelow('id/')).toBe(false);
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
      path('a/b', 'read') +
        path('c/*', 'list', 'update') +
        path('d/+/e', 'read') +
        path('f/+/*', 'deny') +
        path('{{x}}', 'read'),
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

describe('Acl, whatever the policies', () => {
  const segment = fc.constantFrom('a', 'b', 'ab', '+', '');
  const rulePath = fc
    .tuple(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([segments, open]) => segments.join('/').replace(/^\/+/, '') + (open ? '*' : ''))
    .filter((text) => !text.includes('+*'));
  const capability = fc.constantFrom('create', 'read', 'update', 'delete', 'list', 'sudo');
  const rule = fc.tuple(rulePath, fc.subarray(['create', 'read', 'update', 'delete', 'list', 'sudo', 'deny']));
  const policy = fc
    .array(rule, { maxLength: 6 })
    .map((rules) => rules.map(([at, capabilities]) => path(at, ...capabilities)).join(''));
  const requestPath = fc
    .array(fc.constantFrom('a', 'b', 'ab', 'abc', ''), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('/').replace(/^\/+/, ''));

  it("agrees with a naive matcher of Vault's rules", () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 3 }), requestPath, (texts, at) => {
        expect(acl(...texts).capabilities(at)).toEqual(naiveCapabilities(texts, at));
      }),
      { numRuns: 1000 },
    );
  });

  it('denies where any policy denies the path itself', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 3 }), requestPath, (texts, at) => {
        expect(acl(...texts, path(at, 'deny')).capabilities(at)).toEqual(['deny']);
      }),
    );
  });

  it('takes no right away when a policy on the same paths is added that does not deny', () => {
    fc.assert(
      fc.property(policy, fc.array(capability), requestPath, (text, more, at) => {
        const before = acl(text);
        const again = [...text.matchAll(/path (".*?") /g)]
          .map(([, quoted]) => path(JSON.parse(quoted as string) as string, ...more))
          .join('');
        const after = acl(text, again).capabilities(at);
        if (before.capabilities(at)[0] !== 'deny')
          expect(after).toEqual(expect.arrayContaining(before.capabilities(at)));
      }),
    );
  });

  it('does not depend on the order of policies', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 4 }), requestPath, (texts, at) => {
        expect(acl(...[...texts].reverse()).capabilities(at)).toEqual(acl(...texts).capabilities(at));
      }),
    );
  });

  it('has a right below a prefix whenever something is granted on a path there', () => {
    fc.assert(
      fc.property(
        policy,
        requestPath.filter((at) => at !== ''),
        requestPath,
        (text, prefix, rest) => {
          const rules = acl(text);
          const at = `${prefix}/${rest}`;
          if (reads(rules, at)) expect(rules.hasRightBelow(`${prefix}/`)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('looks past a rule with + that fits only some of the paths below', () => {
    expect(acl(path('a/+') + path('a*', 'read')).hasRightBelow('a/')).toBe(true);
  });
});

/** Vault's documented rules, one candidate after another. */
function naiveCapabilities(texts: readonly string[], at: string): string[] {
  const rules = new Map<string, Set<string>>();
  for (const [, quoted, list] of texts.join('').matchAll(/path (".*?") \{ capabilities = (\[.*?\]) \}/g)) {
    const name = (JSON.parse(quoted as string) as string).replace(/^\//, '');
    rules.set(name, new Set([...(rules.get(name) ?? []), ...(JSON.parse(list as string) as string[])]));
  }
  const wildcard = (name: string): boolean => name.endsWith('*') || name.split('/').includes('+');
  const pattern = (name: string): RegExp =>
    new RegExp(
      `^${name
        .replace(/\*$/, '')
        .split('/')
        .map((part) => (part === '+' ? '[^/]*' : part))
        .join('/')}${name.endsWith('*') ? '[\\s\\S]*' : ''}$`,
    );
  const priority = (name: string): [number, number, number, number, string] => {
    const literal = name.replace(/\*$/, '');
    const plus = `/${literal}/`.indexOf('/+/');
    return [
      plus < 0 ? literal.length : plus,
      name.endsWith('*') ? 0 : 1,
      -literal.split('/').filter((part) => part === '+').length,
      literal.length,
      literal,
    ];
  };
  const best = (candidate: string): string | undefined =>
    [...rules.keys()]
      .filter((name) => wildcard(name) && pattern(name).test(candidate))
      .sort((a, b) => {
        const [x, y] = [priority(a), priority(b)];
        const n = x.findIndex((value, i) => value !== y[i]);
        return n < 0 ? 0 : (x[n] as number) < (y[n] as number) ? 1 : -1;
      })[0];
  const exact = (candidate: string): string | undefined =>
    rules.has(candidate) && !wildcard(candidate) ? candidate : undefined;
  const bare = at.replace(/\/$/, '');
  const winner = exact(at) ?? exact(bare) ?? best(bare) ?? best(at);
  const found = [...(rules.get(winner ?? '\0') ?? [])].sort();
  return found.length === 0 || found.includes('deny') ? ['deny'] : found;
}
