import * as fc from 'fast-check';
import { childPolicies, matchesAny, type ParentRights } from './child-policies';
import { NEW_ROLE, type TokenRole } from './token-role';

const parent = (more: Partial<ParentRights> = {}): ParentRights => ({
  policies: ['default', 'dev', 'ops'],
  isRoot: false,
  sudo: false,
  noDefaultPolicy: false,
  ...more,
});
const root = parent({ policies: ['root'], isRoot: true, sudo: true });
const role = (more: Partial<TokenRole>): TokenRole => ({ ...NEW_ROLE, ...more });

describe('the policies of a child token', () => {
  it("are the parent's when none are asked for", () => {
    expect(childPolicies([], parent())).toEqual(['default', 'dev', 'ops']);
    expect(childPolicies([], parent({ noDefaultPolicy: true }))).toEqual(['default', 'dev', 'ops']);
    expect(childPolicies([], root)).toEqual(['root']);
  });

  it("are a subset of the parent's, `default` among them", () => {
    expect(childPolicies(['Dev'], parent())).toEqual(['default', 'dev']);
    expect(childPolicies(['dev'], parent({ noDefaultPolicy: true }))).toEqual(['dev']);
    expect(() => childPolicies(['dev', 'admin'], parent())).toThrow('child policies must be subset of parent');
  });

  it('do not gain `default` from a parent that lacks it', () => {
    expect(childPolicies(['dev'], parent({ policies: ['dev'] }))).toEqual(['dev']);
  });

  it('are anything but root for who has sudo', () => {
    expect(childPolicies(['admin'], parent({ sudo: true }))).toEqual(['admin', 'default']);
    expect(() => childPolicies(['root'], parent({ sudo: true }))).toThrow(
      'root tokens may not be created without parent token being root',
    );
    expect(childPolicies(['root', 'dev'], root)).toEqual(['root']);
    expect(() => childPolicies(['response-wrapping'], root)).toThrow('cannot assign policy "response-wrapping"');
  });

  it('are what a role allows, by name or pattern', () => {
    const allowed = role({ allowed_policies: ['admin'], allowed_policies_glob: ['team-*'] });
    expect(childPolicies([], parent({ role: allowed }))).toEqual(['admin', 'default']);
    expect(childPolicies(['team-a'], parent({ role: allowed }))).toEqual(['default', 'team-a']);
    expect(() => childPolicies(['dev'], parent({ role: allowed }))).toThrow(
      'token policies (["default" "dev"]) must be subset of the role\'s allowed policies (["admin" "default"]) or glob policies (["team-*"])',
    );
  });

  it('are none that a role disallows', () => {
    const disallowed = role({ disallowed_policies: ['Ops'], disallowed_policies_glob: ['*-prod'] });
    expect(childPolicies(['dev'], parent({ role: disallowed }))).toEqual(['default', 'dev']);
    expect(() => childPolicies(['ops'], parent({ role: disallowed }))).toThrow(
      'token policy "ops" is disallowed by this role',
    );
    expect(() => childPolicies(['db-prod'], { ...root, role: disallowed })).toThrow(
      'token policy "db-prod" is disallowed by this role',
    );
  });

  it.each([[['root', 'ops']], [['ops', 'root']], [['dev', ' ROOT', 'Ops ', 'admin']], [['default', 'root', 'ops']]])(
    'are none that a role disallows together with root: %j',
    (disallowed_policies) => {
      for (const more of [
        {},
        { allowed_policies_glob: ['*'] },
        { allowed_policies: ['ops', 'root'] },
        { disallowed_policies_glob: ['x*'] },
      ]) {
        const rules = role({ disallowed_policies, ...more });
        expect(() => childPolicies(['ops'], { ...root, role: rules })).toThrow(
          /disallowed by this role|must be subset of the role's/,
        );
      }
      expect(() => childPolicies(['root'], { ...root, role: role({ disallowed_policies }) })).toThrow(
        'token policy "root" is disallowed by this role',
      );
    },
  );

  it.each([
    [{ disallowed_policies: ['default'] }],
    [{ disallowed_policies: ['root', ' Default'] }],
    [{ disallowed_policies_glob: ['def*'] }],
  ])('lack `default` where the role disallows it with %j, unless it is asked for', (disallowed) => {
    const rules = role(disallowed);
    expect(childPolicies(['dev'], parent({ role: rules }))).toEqual(['dev']);
    expect(childPolicies([], parent({ role: rules }))).toEqual(['dev', 'ops']);
    expect(childPolicies(['dev'], { ...root, role: rules })).toEqual(['dev']);
    expect(childPolicies([], parent({ role: role({ ...rules, allowed_policies: ['admin'] }) }))).toEqual(['admin']);
    expect(childPolicies(['team-a'], parent({ role: role({ ...rules, allowed_policies_glob: ['team-*'] }) }))).toEqual([
      'team-a',
    ]);
    expect(() => childPolicies(['dev', 'default'], parent({ role: rules }))).toThrow(
      'token policy "default" is disallowed by this role',
    );
    expect(() =>
      childPolicies(['default'], parent({ role: role({ ...rules, allowed_policies: ['default', 'dev'] }) })),
    ).toThrow('token policy "default" is disallowed by this role');
  });

  it("never exceed the parent's without sudo or a role, and never are root unless the parent is", () => {
    const names = fc.array(fc.constantFrom('default', 'dev', 'ops', 'admin', 'ROOT', 'root', ' dev '));
    fc.assert(
      fc.property(names, names, fc.boolean(), fc.boolean(), (asked, policies, sudo, noDefaultPolicy) => {
        const own = policies.map((name) => name.trim()).filter((name) => name.toLowerCase() !== 'root');
        let given: string[] = [];
        try {
          given = childPolicies(asked, { policies: own, isRoot: false, sudo, noDefaultPolicy });
        } catch (error) {
          expect(error).toMatchObject({ status: 400 });
        }
        expect(given).not.toContain('root');
        if (!sudo) for (const policy of given) expect(own).toContain(policy);
      }),
    );
  });

  it.each([
    ['team-a', 'team-*', true],
    ['a-team', 'team-*', false],
    ['db-prod', '*-prod', true],
    ['xdevy', '*dev*', true],
    ['anything', '*', true],
    ['dev', 'dev', true],
    ['devs', 'dev', false],
    ['a.b', 'a*b', false],
  ])('%s against %s: %s', (name, glob, expected) => {
    expect(matchesAny(name, [glob])).toBe(expected);
  });
});
