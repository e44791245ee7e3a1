import { isTidelockError } from '@tidelock/kernel';
import { CAPABILITY, capabilityNames } from './capability';
import { parsePolicy } from './parse-policy';
import { policyTextOf } from './policy-text';

const rules = (text: string) => parsePolicy('Test', text).rules;
const capabilities = (body: string): string[] => capabilityNames(rules(`path "x" { ${body} }`)[0]?.capabilities ?? 0);

describe('parsePolicy', () => {
  it('reads all that a rule can say', () => {
    const [rule] = rules(`
      name = "ignored"
      path "/secret/data/app" {
        comment = "why"
        capabilities = ["create", "update", "patch", "subscribe", "recover"]
        allowed_parameters = { "Zip" = ["a*", 1, true], "*" = [] }
        denied_parameters = { "zap" = [] }
        required_parameters = ["Zip"]
        min_wrapping_ttl = "1m"
        max_wrapping_ttl = 90
        mfa_methods = ["x"]
        control_group = { factor "ops" { identity { group_names = ["a"] approvals = 1 } } }
      }`);
    expect(rule).toEqual({
      path: 'secret/data/app',
      capabilities:
        CAPABILITY.create | CAPABILITY.update | CAPABILITY.patch | CAPABILITY.subscribe | CAPABILITY.recover,
      allowed: new Map<string, unknown[]>([
        ['zip', ['a*', 1, true]],
        ['*', []],
      ]),
      denied: new Map([['zap', []]]),
      required: ['zip'],
      minWrappingTtl: 60,
      maxWrappingTtl: 90,
    });
  });

  it('lower-cases the name and reads JSON alike', () => {
    expect(parsePolicy('Mixed', '{"path": {"a/*": {"capabilities": ["read"]}, "b": {"policy": "deny"}}}')).toEqual(
      parsePolicy('mixed', 'path "a/*" { capabilities = ["read"] } path "b" { capabilities = ["deny"] }'),
    );
  });

  it('keeps an empty policy, which grants nothing', () => {
    expect(rules('# nothing')).toEqual([]);
  });

  it.each([
    ['policy = "read"', ['list', 'read']],
    ['policy = "write"', ['create', 'delete', 'list', 'read', 'update']],
    ['policy = "sudo"', ['create', 'delete', 'list', 'read', 'sudo', 'update']],
    ['policy = "deny"', ['deny']],
    ['policy = "read" capabilities = ["patch"]', ['list', 'patch', 'read']],
    ['capabilities = ["read", "deny", "sudo"]', ['deny']],
    ['capabilities = []', ['deny']],
    ['', ['deny']],
  ])('understands %j', (body, expected) => {
    expect(capabilities(body)).toEqual(expected);
  });

  it.each([
    ['foo = 1', 'failed to parse policy: 1 error occurred:\n\t* invalid key "foo" on line 1\n\n'],
    [
      '\npath "x" {\n capabilites = []\n bar = 1 }',
      'failed to parse policy: 2 errors occurred:\n\t* path "x": invalid key "capabilites" on line 3\n\t* path "x": invalid key "bar" on line 4\n\n',
    ],
    ['path "x" { capabilities = ["fly"] }', 'failed to parse policy: path "x": invalid capability "fly"'],
    ['path "x" { capabilities = ["toString"] }', 'failed to parse policy: path "x": invalid capability "toString"'],
    ['path "x" { policy = "fly" }', 'failed to parse policy: path "x": invalid policy "fly"'],
    ['path "x" { policy = "constructor" }', 'failed to parse policy: path "x": invalid policy "constructor"'],
    ['path "x/+*" { }', `failed to parse policy: path "x/+*": invalid use of wildcards ('+*' is forbidden)`],
    [
      'path "x" { min_wrapping_ttl = "5m" max_wrapping_ttl = "1m" }',
      'failed to parse policy: max_wrapping_ttl cannot be less than min_wrapping_ttl',
    ],
    [
      'path "x" { min_wrapping_ttl = "soon" }',
      'failed to parse policy: error parsing min_wrapping_ttl: time: invalid duration "soon"',
    ],
    ['path "x" { capabilities = "read" }', 'failed to parse policy: At 1:27: "capabilities" must be a list of strings'],
    ['path "x" { capabilities = [1] }', 'failed to parse policy: At 1:27: "capabilities" must be a list of strings'],
    [
      'path "x" { allowed_parameters = ["a"] }',
      'failed to parse policy: At 1:33: "allowed_parameters" must map parameters to lists of values',
    ],
    [
      'path "x" { denied_parameters = { a = 1 } }',
      'failed to parse policy: At 1:38: "denied_parameters" must map parameters to lists of values',
    ],
    ['path "x" { allowed_parameters = { "a*" = [] } }', 'cannot contain non-tail wildcards'],
    ['path "{{identity" { }', 'failed to validate policy templating'],
    ['path "x" { policy = 1 }', '"policy" must be a string'],
    ['path = 1', 'failed to parse policy: At 1:1: "path" must be a block with 1 label'],
    ['path "x" {', 'failed to parse policy: At 1:11: expected a key got: EOF'],
    ['not a policy', 'failed to parse policy: At 1:13: nested object expected: {'],
    ['[]', 'failed to parse policy: At 1:1: expected a key got: ['],
    ['{', 'failed to parse policy: At 1:2: invalid JSON'],
  ])('refuses %j as bad input', (text, message) => {
    const refusal = (() => {
      try {
        return rules(text);
      } catch (error) {
        return error;
      }
    })();
    expect(isTidelockError(refusal, 'INVALID_REQUEST')).toBe(true);
    expect((refusal as Error).message).toContain(message);
  });
});

describe('policyTextOf', () => {
  const text = 'path "é" {}\n';

  it('takes base64 for what it is, also when it is wrapped into lines', () => {
    const base64 = Buffer.from(text).toString('base64');
    expect(policyTextOf(base64)).toBe(text);
    expect(policyTextOf(`${base64.slice(0, 8)}\r\n${base64.slice(8)}\n`)).toBe(text);
  });

  it('leaves other text alone', () => {
    expect(policyTextOf(text)).toBe(text);
    expect(policyTextOf('')).toBe('');
  });
});
