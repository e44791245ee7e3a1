import { decide } from './decide';
import { readPolicy } from './read-policy';

const policies = (...texts: string[]) =>
  texts.map((text, at) => ({ name: `p${at + 1}`, rules: readPolicy(text).rules }));
const rule = (path: string, ...capabilities: string[]): string =>
  `path "${path}" { capabilities = ${JSON.stringify(capabilities)} }`;
const lines = (sources: readonly { policy: string; rule: { line: number } }[]): string[] =>
  sources.map(({ policy, rule: { line } }) => `${policy}:${line}`);

// That it decides as the server does, whatever the policies, is looked at in test/ui.
describe('what policies say of a path', () => {
  it('is nothing where no rule is about it', () => {
    expect(decide(policies(rule('b', 'read')), 'a')).toMatchObject({
      capabilities: ['deny'],
      by: 'nothing',
      deciding: [],
    });
  });

  it('comes from the most specific rule alone, and the others are named', () => {
    const decision = decide(
      policies([rule('a/*', 'list'), rule('a/+/c', 'read'), rule('a/b/*', 'update')].join('\n')),
      'a/b/c',
    );
    expect(decision.capabilities).toEqual(['update']);
    expect(lines(decision.deciding)).toEqual(['p1:3']);
    expect(lines(decision.outranked)).toEqual(['p1:2', 'p1:1']);
  });

  it('is united from rules on the same path', () => {
    const decision = decide(policies(rule('a/*', 'read'), rule('a/*', 'list')), 'a/b');
    expect(decision.capabilities).toEqual(['list', 'read']);
    expect(lines(decision.deciding)).toEqual(['p1:1', 'p2:1']);
  });

  it('is nothing where one of them denies', () => {
    expect(decide(policies(rule('a/*', 'read'), rule('a/*', 'deny')), 'a/b').capabilities).toEqual(['deny']);
  });

  it('is everything with root', () => {
    expect(decide([{ name: 'root', rules: [] }], 'a')).toMatchObject({ capabilities: ['root'], by: 'root' });
  });

  it('counts a folder with and without its slash', () => {
    expect(decide(policies(rule('a', 'list')), 'a/').capabilities).toEqual(['list']);
    expect(decide(policies(rule('a/', 'list')), 'a').capabilities).toEqual(['deny']);
  });

  it('leaves out what depends on who asks, and names it', () => {
    const decision = decide(policies(rule('a/{{identity.entity.name}}/*', 'read')), 'a/b/c');
    expect(decision).toMatchObject({ capabilities: ['deny'], by: 'nothing' });
    expect(lines(decision.depending)).toEqual(['p1:1']);
    expect(decide(policies(rule('a/{{identity.entity.name}}', 'read')), 'b').depending).toEqual([]);
  });

  it('is nothing where a deny depends on who asks', () => {
    const decision = decide(policies(`${rule('a/{{identity.entity.name}}', 'deny')}\n${rule('a/b', 'read')}`), 'a/b');
    expect(decision).toMatchObject({ capabilities: ['deny'], by: 'template' });
    expect(lines(decision.deciding)).toEqual(['p1:1']);
  });
});
