import { readPolicy } from './read-policy';
import { verdictOn } from './verdict';

const READ = { name: 'p', text: { value: readPolicy('path "a" { capabilities = ["read", "list"] }') } };

describe('the verdict on a path', () => {
  it('says whether the server says the same', () => {
    const policies = { value: [READ] };
    expect(verdictOn({ path: 'a', policies, server: { value: ['list', 'read'] } })?.compared).toBe('same');
    expect(verdictOn({ path: 'a', policies, server: { value: ['read'] } })?.compared).toBe('different');
    expect(verdictOn({ path: 'a', policies })?.compared).toBe('alone');
    expect(verdictOn({ path: 'a', policies, server: { why: 'permission denied' } })?.compared).toBe('alone');
  });

  it('names the policies that it does not know', () => {
    const hidden = { name: 'hidden', text: { why: 'permission denied' } };
    const broken = { name: 'broken', text: { value: readPolicy('path') } };
    expect(verdictOn({ path: 'a', policies: { value: [READ, hidden, broken] } })).toMatchObject({
      decision: { capabilities: ['list', 'read'] },
      unread: [
        { name: 'hidden', why: 'permission denied' },
        { name: 'broken', why: expect.stringContaining('line 1') as string },
      ],
    });
  });

  it('is none without policies', () => {
    expect(verdictOn({ path: 'a', policies: { why: 'permission denied' } })).toBeUndefined();
  });
});
