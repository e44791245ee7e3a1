import fc from 'fast-check';
import type { EntityView } from '@tidelock/engine-api';
import { Acl } from './acl';
import { parsePolicy } from './parse-policy';

const ENTITY: EntityView = {
  id: 'e-1',
  name: 'ann',
  version: '1',
  metadata: { team: 'red', 'cost.center': '7', path: 'a/b', empty: '', star: 'x*', plus: 'a+b', slash: '/a' },
  aliases: [
    {
      id: 'al-1',
      name: 'ann@example.com',
      mountAccessor: 'auth_ldap_1',
      metadata: { dn: 'cn=ann' },
      customMetadata: { desk: '12' },
    },
  ],
  groups: [{ id: 'g-1', name: 'ops', metadata: { floor: '3' } }],
};

const acl = (text: string, entity?: EntityView): Acl => new Acl([parsePolicy('p', text)], entity);
const path = (name: string, ...capabilities: string[]): string =>
  `path ${JSON.stringify(name)} { capabilities = ${JSON.stringify(capabilities)} }\n`;
const reads = (rules: Acl, at: string): boolean => rules.allows({ path: at, operation: 'read', sudo: false });

describe('A rule with a template', () => {
  it.each([
    ['identity.entity.id', 'e-1'],
    [' identity.entity.name ', 'ann'],
    ['identity.entity.metadata.team', 'red'],
    ['identity.entity.metadata.cost.center', '7'],
    ['identity.entity.metadata.path', 'a/b'],
    ['identity.entity.aliases.auth_ldap_1.id', 'al-1'],
    ['identity.entity.aliases.auth_ldap_1.name', 'ann@example.com'],
    ['identity.entity.aliases.auth_ldap_1.metadata.dn', 'cn=ann'],
    ['identity.entity.aliases.auth_ldap_1.custom_metadata.desk', '12'],
    ['identity.groups.ids.g-1.name', 'ops'],
    ['identity.groups.ids.g-1.metadata.floor', '3'],
    ['identity.groups.names.ops.id', 'g-1'],
    ['identity.groups.names.ops.metadata.floor', '3'],
  ])('is filled with %s', (reference, value) => {
    const rules = acl(path(`s/{{${reference}}}/x`, 'read'), ENTITY);
    expect([reads(rules, `s/${value}/x`), reads(rules, 's/other/x'), reads(rules, `s/{{${reference}}}/x`)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it.each([
    'identity.entity',
    'identity.entity.metadata',
    'identity.entity.metadata.none',
    'identity.entity.metadata.toString',
    'identity.entity.metadata.empty',
    'identity.entity.metadata.star',
    'identity.entity.metadata.plus',
    'identity.entity.aliases',
    'identity.entity.aliases.auth_other.name',
    'identity.entity.aliases.auth_ldap_1',
    'identity.entity.custom_metadata.team',
    'identity.entity.name.x',
    'identity.entity.version',
    'identity.groups.ids.ops.name',
    'identity.groups.names.g-1.id',
    'identity.groups.members.ops.id',
    'entity.name',
    'time.now',
    '',
  ])('grants nothing where "%s" has no value, and denies whatever it may be about', (reference) => {
    const pattern = `s/{{${reference}}}/x`;
    expect(reads(acl(path(pattern, 'read'), ENTITY), 's//x')).toBe(false);
    const rules = acl(path('s/*', 'read') + path('s/a/x', 'read') + path(pattern, 'deny'), ENTITY);
    expect(['s/a/x', 's/a/b/x', 's//x', 's/a/y', 's/a/x/'].map((at) => reads(rules, at))).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it('is one rule with others that come to be about the same path', () => {
    const text = path('s/{{identity.entity.name}}', 'read') + path('s/ann', 'list');
    expect(acl(text, ENTITY).capabilities('s/ann')).toEqual(['list', 'read']);
    expect(acl(text).capabilities('s/ann')).toEqual(['list']);
    expect(
      acl(text + path('s/{{identity.entity.id}}', 'deny'), { ...ENTITY, id: 'ann' }).capabilities('s/ann'),
    ).toEqual(['deny']);
  });

  it('gets no wildcard from a value, however it is put together', () => {
    const slash = 'identity.entity.metadata.slash';
    expect(reads(acl(path(`s/+{{${slash}}}`, 'read'), ENTITY), 's/any/a')).toBe(false);
    expect(reads(acl(path(`s/+/{{identity.entity.name}}*`, 'read'), ENTITY), 's/any/anna')).toBe(true);
  });

  it('counts for what a caller sees: mounts, and the sum of its rights', () => {
    const grant = path('s/{{identity.entity.name}}/*', 'read');
    expect([acl(grant, ENTITY).hasRightBelow('s/'), acl(grant).hasRightBelow('s/')]).toEqual([true, false]);
    expect(acl(grant, ENTITY).resultant().glob_paths).toEqual({ 's/ann/': { capabilities: ['read'] } });
    const closed = acl(path('*', 'read') + path('s/a', 'read') + path('s/{{x}}', 'deny'));
    expect([closed.hasRightBelow('s/'), closed.hasRightBelow('t/')]).toEqual([false, true]);
    expect(closed.resultant()).toEqual({
      root: false,
      exact_paths: {},
      glob_paths: { '': { capabilities: ['read'] } },
    });
    expect(acl(path('*', 'read') + path('s/{{x}}/y', 'deny')).hasRightBelow('s/')).toBe(true);
  });

  it('denies the folder that a list is of, with and without its slash', () => {
    const rules = acl(path('*', 'list') + path('s/{{x}}/y', 'deny'));
    expect(['s/a/y/', 's/a/y', 's/a/'].map((at) => rules.capabilities(at))).toEqual([['deny'], ['deny'], ['list']]);
  });

  it('knows whether it depends on who asks', () => {
    expect([acl(path('a', 'read')).templated, acl(path('a/{{x}}', 'read')).templated]).toEqual([false, true]);
  });
});

describe('Templates, whatever the policies', () => {
  const segment = fc.constantFrom('a', 'b', 'ab', '+', '', '{{x}}', 'a{{x}}', '{{x}}b', '{{x}}{{y}}');
  const rulePath = fc
    .tuple(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([segments, open]) => segments.join('/').replace(/^\/+/, '') + (open ? '*' : ''))
    .filter((text) => !text.includes('+*'));
  const templated = rulePath.filter((text) => text.includes('{{'));
  const plain = rulePath.filter((text) => !text.includes('{{'));
  const grants = (paths: readonly string[]): string => paths.map((at) => path(at, 'read', 'list')).join('');
  const value = fc.stringMatching(/^[ab/]{1,4}$/);
  const requestPath = fc
    .array(fc.constantFrom('a', 'b', 'ab', 'abc', 'ba', ''), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join('/').replace(/^\/+/, ''));
  const filled = (text: string, x: string, y: string): string => text.replaceAll('{{x}}', x).replaceAll('{{y}}', y);
  const named = (text: string): string =>
    filled(text, '{{identity.entity.metadata.x}}', '{{identity.entity.metadata.y}}');
  const wildcards = (text: string): number => text.split('/').filter((part) => /^\+\*?$/.test(part)).length;

  it('say for an entity what they would say with its values written out', () => {
    fc.assert(
      fc.property(fc.array(rulePath, { maxLength: 5 }), value, value, requestPath, (paths, x, y, at) => {
        fc.pre(paths.every((text) => wildcards(filled(text, x, y)) === wildcards(text)));
        const entity = { ...ENTITY, metadata: { x, y } };
        const written = acl(grants(paths.map((text) => filled(text, x, y).replace(/^\/+/, '')))).capabilities(at);
        fc.pre(paths.every((text) => !filled(text, x, y).startsWith('/')));
        expect(acl(grants(paths.map(named)), entity).capabilities(at)).toEqual(written);
      }),
      { numRuns: 500 },
    );
  });

  it('deny for nobody all that they would deny for anybody', () => {
    fc.assert(
      fc.property(
        fc.array(plain, { maxLength: 4 }),
        templated,
        fc.tuple(value, value),
        fc.constantFrom('', 'a', 'b/a'),
        (paths, text, [x, y], any) => {
          const concerned = filled(text, x, y);
          fc.pre(!concerned.startsWith('/') && wildcards(concerned) === wildcards(text));
          const at = concerned.replace(/\*$/, any).replace(/(?<=^|\/)\+(?=\/|$)/g, any.replace('/', ''));
          fc.pre(!at.startsWith('/'));
          // It is about this path for somebody.
          expect(acl(path(concerned, 'read', 'list')).capabilities(at)).toContain('read');
          expect(acl(grants([...paths, at]) + path(named(text), 'deny')).capabilities(at)).toEqual(['deny']);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('deny for nobody only what they would deny for somebody', () => {
    fc.assert(
      fc.property(templated, requestPath, (text, at) => {
        fc.pre(!text.includes('{{x}}{{y}}'));
        const rules = acl(path('*', 'read') + path(named(text), 'deny'));
        fc.pre(!reads(rules, at));
        const values = [...at].flatMap((_, from) => [...at].map((__, to) => at.slice(from, to + 1)));
        const denies = (x: string): boolean => acl(path(filled(text, x, ''), 'read')).capabilities(at)[0] === 'read';
        if (text.split('{{x}}').length === 2) expect(values.some(denies)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('grant nothing that cannot be filled, and take nothing away', () => {
    fc.assert(
      fc.property(fc.array(plain, { maxLength: 4 }), templated, requestPath, (paths, text, at) => {
        const rules = grants(paths);
        expect(acl(rules + path(named(text), 'read', 'update'), ENTITY).capabilities(at)).toEqual(
          acl(rules).capabilities(at),
        );
      }),
    );
  });

  it('do not take long, however many and however long the path', () => {
    const rules = acl(path('*', 'read') + path(`${'{{x}}a'.repeat(60)}c`, 'deny'));
    expect(reads(rules, 'a'.repeat(20_000))).toBe(true);
    expect(reads(rules, `${'a'.repeat(20_000)}c`)).toBe(false);
  });
});
