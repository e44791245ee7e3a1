import { PolicyStore } from '@tidelock/core/policies';
import fc from 'fast-check';
import { decide } from '../../apps/ui/src/features/policies/decide';
import { readPolicy } from '../../apps/ui/src/features/policies/read-policy';

const segment = fc.constantFrom('a', 'b', 'ab', '+', '*', 'a*', '{{identity.entity.name}}', '');
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const capabilities = fc.subarray(['create', 'read', 'list', 'sudo', 'deny']);
const rule = fc
  .tuple(path, capabilities)
  .map(([name, granted]) => `path ${JSON.stringify(name)} { capabilities = ${JSON.stringify(granted)} }`);
const policy = fc.array(rule, { maxLength: 6 }).map((rules) => rules.join('\n'));
const asked = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'abc', ''), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'));

/** What the server says of a path to whoever has all of these policies; `undefined` where it cannot read one of them. */
async function ofServer(texts: readonly string[], wanted: string): Promise<string[] | undefined> {
  const stored = new Map(texts.map((policy, at) => [`policy/p${at}`, Buffer.from(JSON.stringify({ policy }))]));
  const get = (key: string) => Promise.resolve(stored.get(key));
  const store = new PolicyStore({ replicated: { get }, onCommit: () => undefined } as unknown as StoreOfPolicies);
  const policies = texts.map((_, at) => `p${at}`);
  return store.capabilities({ policies }, wanted).catch(() => undefined);
}
type StoreOfPolicies = ConstructorParameters<typeof PolicyStore>[0];

const isRefused = (text: string): boolean => readPolicy(text).problems.some(({ kind }) => kind === 'error');

// The UI tells by which line a path is allowed. It has rules of its own for that, which have to be the server's.
describe('the UI and the server', () => {
  it('decide alike about any path, whatever the policies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(policy, { maxLength: 3 }), asked, async (texts, wanted) => {
        const server = await ofServer(texts, wanted);
        fc.pre(server !== undefined);
        const named = texts.map((text, at) => ({ name: `p${at}`, rules: readPolicy(text).rules }));
        expect(decide(named, wanted).capabilities).toEqual(server);
      }),
      { numRuns: 2000 },
    );
  });

  it('refuse the same policies', async () => {
    const words = fc.constantFrom(
      'path "a" {',
      'path "a+*" {',
      'path "{{a" {',
      'path {',
      '}',
      'capabilities = ["read"]',
      'capabilities = ["reed"]',
      'capabilities = "read"',
      'policy = "write"',
      'policy = "wrote"',
      'policy = 1',
      'min_wrapping_ttl = "1h"',
      'max_wrapping_ttl = "1m"',
      'max_wrapping_ttl = "soon"',
      'allowed_parameters = { "a" = [] "*" = ["x"] }',
      'denied_parameters = { "a*" = [] }',
      'denied_parameters = { "a" = 1 }',
      'required_parameters = ["a"]',
      'required_parameters = [1]',
      'capability = ["read"]',
      'comment = "x"',
      'name = "x"',
      '"',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(words, { maxLength: 4 }), fc.boolean(), async (lines, inside) => {
        const text = inside ? `path "x" {\n${lines.join('\n')}\n}` : lines.join('\n');
        expect([text, isRefused(text)]).toEqual([text, (await ofServer([text], 'x')) === undefined]);
      }),
      { numRuns: 2000 },
    );
  });
});
