import fc from 'fast-check';
import { acl, path, reads } from './acl.testing';

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
