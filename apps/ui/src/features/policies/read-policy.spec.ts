import { readPolicy } from './read-policy';

const found = (text: string): string[] =>
  readPolicy(text).problems.map(({ line, column, text: words, kind }) => `${line}:${column} ${kind} ${words}`);

describe('a policy that is read', () => {
  it('tells its rules, each with its line', () => {
    const { rules, problems } = readPolicy(
      '# Two rules.\npath "/a/*" { capabilities = ["read", "list"] }\npath "b" { policy = "write" }',
    );
    expect(problems).toEqual([]);
    expect(rules).toEqual([
      { path: 'a/*', line: 2, capabilities: ['read', 'list'], restrictions: [] },
      { path: 'b', line: 3, capabilities: ['create', 'read', 'update', 'delete', 'list'], restrictions: [] },
    ]);
  });

  it('may be JSON', () => {
    const { rules } = readPolicy(
      '{"path": {\n  "a": {"capabilities": ["read"]},\n  "b": {"capabilities": ["list"]}\n}}',
    );
    expect(rules.map(({ path, line }) => [path, line])).toEqual([
      ['a', 2],
      ['b', 3],
    ]);
  });

  it('tells what a rule demands besides', () => {
    const { rules } = readPolicy(`path "a" {
      capabilities = ["update"]
      allowed_parameters = { "TTL" = ["1h", 2], "*" = [] }
      denied_parameters = { "root" = [] }
      required_parameters = ["Name"]
      min_wrapping_ttl = "1m"
      max_wrapping_ttl = "1h30m"
    }`);
    expect(rules[0]?.restrictions).toEqual([
      'allowed_parameters: ttl = "1h", 2; * (any value)',
      'denied_parameters: root (any value)',
      'required_parameters: name',
      'min_wrapping_ttl: 60 s',
      'max_wrapping_ttl: 5400 s',
    ]);
  });

  it.each([
    ['path "a" {', '1:11 error expected a key got: EOF'],
    ['path "a" { capabilities = ["reed"] }', '1:28 error invalid capability "reed"'],
    ['path "a" {\n  capabilites = ["read"]\n}', '2:3 error invalid key "capabilites"'],
    ['paths "a" { }', '1:1 error invalid key "paths"'],
    ['path "a" { capabilities = "read" }', '1:27 error "capabilities" must be a list of strings'],
    ['path "a" { policy = "wrote" }', '1:21 error invalid policy "wrote"'],
    ['path "a+*" { policy = "read" }', "1:1 error invalid use of wildcards ('+*' is forbidden)"],
    ['path "{{a" { policy = "read" }', '1:1 error unbalanced templating characters'],
    ['path { policy = "read" }', '1:8 error "policy" must be a block with 1 label'],
    [
      'path "a" { policy = "read" min_wrapping_ttl = 60 max_wrapping_ttl = "1s" }',
      '1:69 error max_wrapping_ttl cannot be less than min_wrapping_ttl',
    ],
    [
      'path "a" { policy = "read" max_wrapping_ttl = "soon" }',
      '1:47 error error parsing max_wrapping_ttl: expected a duration',
    ],
    ['path "a" { capabilities = ["read", "deny"] }', '1:1 warning "deny" leaves nothing of the other capabilities'],
    ['path "a" { }', '1:1 warning this rule grants nothing'],
    [
      'path "a/*/b" { policy = "read" }',
      '1:1 warning a "*" that is not the last character stands for itself; "+" stands for one segment',
    ],
  ])('is told of %j', (text, problem) => {
    expect(found(text)).toContain(problem);
  });

  it('is told all that is wrong at once', () => {
    expect(found('path "a" { capabilities = ["reed", "wryte"] x = 1 }\npath = 1')).toHaveLength(5);
  });
});
