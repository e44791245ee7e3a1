import fc from 'fast-check';
import { attributeOf, blocksOf, HclError, parseHcl, plainOf, type HclValue } from './index';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- no type declarations
const reference = require('js-hcl-parser') as { parse(text: string): string };

/** The tree in the form into which HashiCorp's parser decodes: every object a list of one, equal names joined. */
function decoded(value: HclValue, inList = false): unknown {
  if (value.kind === 'literal') return value.value ?? '';
  if (value.kind === 'list') return value.elements.map((element) => decoded(element, true));
  const result: Record<string, unknown> = {};
  for (const item of value.items) {
    const [name = '', ...labels] = item.keys;
    const inner = labels.reduceRight<unknown>((body, label) => [{ [label]: body }], decoded(item.value));
    const before = result[name];
    result[name] =
      Array.isArray(before) && Array.isArray(inner) ? [...(before as unknown[]), ...(inner as unknown[])] : inner;
  }
  return inList ? result : [result];
}

const ours = (text: string): unknown => (decoded(parseHcl(text)) as unknown[])[0];
const theirs = (text: string): unknown => JSON.parse(reference.parse(text));

// It reports an error as text, or as an uncaught Go panic; text that fails after a `{` it may read in part.
function refusedByReference(text: string): boolean {
  try {
    return String(reference.parse(text)).startsWith('unable to parse');
  } catch {
    return true;
  }
}

const DOCUMENTS: Readonly<Record<string, string>> = {
  'a policy': `
    # comment
    path "secret/data/+/app/*" { // another
      capabilities = ["create", "read", "update", "delete", "list",]
      allowed_parameters = { "zip" = ["a", 1, true], "*" = [] }
      /* a longer
         one */
      min_wrapping_ttl = "1s"  max_wrapping_ttl = 90
    }
    path "auth/token/create" { policy = "write" }
    path "auth/token/create" { capabilities = ["sudo"], required_parameters = ["ttl"] }`,
  'a control group': `
    path "kv/x" {
      capabilities = ["read"]
      control_group = {
        ttl = "4h"
        factor "ops manager" { identity { group_names = ["a", "b"] approvals = 2 } }
      }
    }`,
  'a server': `
    ui = true
    storage "raft" { path = "/var/lib/x" node_id = "n1"  retry_join { leader_api_addr = "http://a" } retry_join { leader_api_addr = "http://b" } }
    listener "tcp" { address = "127.0.0.1:8200"  tls_disable = 1  telemetry { unauthenticated_metrics_access = true } }
    listener "tcp" { address = "[::1]:8200" }
    telemetry { prometheus_retention_time = "30s"  disable_hostname = true }`,
  numbers: 'a = 0 b = -1 c = 1.5 d = -2.5e3 e = 0x1F f = 010 g = 1e2 h = .5 i = 5.',
  escapes: String.raw`a = "tab\tnewline\nquote\"back\\u\u00e9\x41\101\U0001F600"`,
  interpolation: 'a = "${foo("bar", {x = 1})} and $$ and ${}" ',
  'a heredoc': 'a = <<EOT\n  one "two"\n\ttwo \\n\nEOT\nb = 1',
  'a heredoc whose end is indented': 'a = <<EOT\n  one\n  EOT\n',
  'an indented heredoc': 'a = <<-EOT\n    one\n      two\n    EOT\nb = [<<X\nin a list\nX\n, 2]',
  'an indented heredoc with a line that is not': 'a = <<-EOT\n    one\n two\n    EOT\n',
  'a heredoc with carriage returns': 'a = <<EOT\r\none\r\nEOT\r\n',
  'objects in lists': 'a = [{ b = 1 }, { c = [[1, [2]], {}] }]',
  'quoted keys and strange names': '"a b" = 1 a-b.c_d = 2 é = 3 _ = 4',
  'empty things': 'a {} b = {} c = [] d = "" e "" {}',
  'a repeated key': 'a = 1 a = 2',
  nothing: ' \n# only this\n',
  JSON: '{"path": {"a/*": {"capabilities": ["read"], "policy": "x\\u00e9"}}, "n": 1.5, "l": [1, "#no comment"], "t": true}',
};

describe('parseHcl', () => {
  it.each(Object.entries(DOCUMENTS))("reads %s as HashiCorp's parser does", (_name, text) => {
    expect(ours(text)).toEqual(theirs(text));
  });

  it.each([
    ['a = "b\nc"', 'At 1:5: literal not terminated'],
    ['a = "b', 'At 1:5: literal not terminated'],
    ['\n  a = "\\q"', 'At 2:8: illegal char escape'],
    ['a = nope', 'At 1:5: expected a value got: identifier'],
    ['a = [1 2]', 'At 1:8: error parsing list, expected comma or list end got: number'],
    ['a b = 1', 'At 1:5: nested object expected: { got: ='],
    ['a {\n b = 1', 'At 2:7: expected a key got: EOF'],
    ['a = 1 }', 'At 1:7: expected a key got: }'],
    ['= 1', 'At 1:1: expected a key got: ='],
    ['a', 'At 1:2: key must be followed by = or { got: EOF'],
    ["a = 'x'", 'At 1:5: illegal char'],
    ['a: 1', 'At 1:2: illegal char'],
    ['/* a', 'At 1:1: comment not terminated'],
    ['a = <<X\nb\n', 'At 1:5: heredoc not terminated'],
    ['a = <<\nb', 'At 1:5: heredoc anchor not found'],
    ['a = 09', 'At 1:5: illegal octal number'],
    ['a = "${b"', 'At 1:5: literal not terminated'],
    ['a = "\\U7fffffff"', 'illegal char escape'],
    ['{"a": }', 'invalid JSON'],
    ['{"a": 1', 'invalid JSON'],
    ['{"a": 1} x', 'invalid JSON'],
    ['a = \0', 'illegal char'],
  ])('refuses %j', (text, message) => {
    expect(() => parseHcl(text)).toThrow(message);
    expect(() => parseHcl(text)).toThrow(HclError);
    if (!text.startsWith('{')) expect(refusedByReference(text)).toBe(true);
  });

  it('quotes no value in an error', () => {
    expect(() => parseHcl('password = "hunter2" "hunter3"')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter') as string }) as Error,
    );
  });

  it('refuses nesting that would exhaust the stack', () => {
    expect(() => parseHcl(`a = ${'['.repeat(100_000)}`)).toThrow('At 1:69: nested more than 64 levels deep');
    expect(() => parseHcl(`{"a": ${'['.repeat(100)}${']'.repeat(100)}}`)).toThrow('nested more than 64 levels deep');
  });

  it('survives a long comment and a byte order mark', () => {
    expect(plainOf(parseHcl(`\uFEFF/*${'*'.repeat(1_000_000)}*/ a = 1 #${'x'.repeat(1_000_000)}`))).toEqual({ a: 1 });
    expect(plainOf(parseHcl('\uFEFF{"a": 1}'))).toEqual({ a: 1 });
  });

  it('keeps a key named __proto__ a mere key', () => {
    const plain = plainOf(parseHcl('__proto__ "x" { polluted = true }')) as object;
    expect(Object.keys(plain)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('reads every JSON object as JSON.parse does', () => {
    const json = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 4 }));
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 2), (document, indent) => {
        const text = JSON.stringify(document, undefined, indent);
        expect(JSON.stringify(plainOf(parseHcl(text)))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it("agrees with HashiCorp's parser on documents at random", () => {
    fc.assert(
      fc.property(hclBody(2), (text) => {
        expect(ours(text)).toEqual(theirs(text));
      }),
      { numRuns: 60 },
    );
  });

  it('either parses a text or says where it fails', () => {
    const scrap = fc.constantFrom(
      'a',
      '"b"',
      '{',
      '}',
      '[',
      ']',
      '=',
      ',',
      '1',
      '-',
      '<<E\n',
      'E\n',
      '#',
      '/*',
      '*/',
      '"',
      '\\',
      '${',
      '\n',
      'true',
      ':',
    );
    fc.assert(
      fc.property(fc.array(scrap, { maxLength: 12 }), (scraps) => {
        const text = scraps.join(' ');
        try {
          expect(parseHcl(text).kind).toBe('object');
        } catch (error) {
          expect(error).toBeInstanceOf(HclError);
        }
      }),
    );
  });
});

function hclBody(depth: number): fc.Arbitrary<string> {
  const name = fc.stringMatching(/^[a-z][a-z0-9_]{1,6}$/).filter((word) => !['true', 'false'].includes(word));
  const text = fc.string({ unit: fc.constantFrom(...'ab/*+ é#{}[]=,'), maxLength: 8 }).map((s) => JSON.stringify(s));
  const scalar = fc.oneof(text, fc.integer().map(String), fc.boolean().map(String));
  const list = fc.array(scalar, { maxLength: 3 }).map((elements) => `[${elements.join(', ')}]`);
  const attribute = fc.tuple(fc.oneof(scalar, list)).map(([value]) => ` = ${value}`);
  const block =
    depth === 0
      ? attribute
      : fc
          .tuple(fc.constantFrom('', ' =', ' "label"'), hclBody(depth - 1))
          .map(([head, body]) => `${head} {\n${body}\n}`);
  const separator = fc.constantFrom('\n', ' ', ' # comment\n', '\n/* c */ ', ' // "c\n');
  return fc
    .uniqueArray(name, { maxLength: 4 })
    .chain((names) =>
      fc
        .tuple(
          ...names.map((word) =>
            fc.tuple(fc.oneof(attribute, block), separator).map(([rest, after]) => `${word}${rest}${after}`),
          ),
        )
        .map((parts) => parts.join('')),
    );
}

describe('blocksOf', () => {
  const labels = (text: string, name: string, count: number): unknown[] =>
    blocksOf(parseHcl(text), name, count).map((block) => [block.labels, plainOf(block.body)]);

  it.each([
    'path "a" { x = 1 } path "b" {}',
    'path = { "a" = { x = 1 } "b" = {} }',
    'path { "a" { x = 1 } } path { "b" {} }',
    '{"path": {"a": {"x": 1}, "b": {}}}',
    '{"path": [{"a": {"x": 1}}, {"b": {}}]}',
    '{"path": [{"a": [{"x": 1}]}, {"b": {}}]}',
  ])('finds the same blocks in %s', (text) => {
    expect(labels(text, 'path', 1)).toEqual([
      [['a'], { x: 1 }],
      [['b'], {}],
    ]);
  });

  it('tells the place of each block', () => {
    expect(blocksOf(parseHcl('x = 1\n  path "a" {}'), 'path', 1).map((block) => block.position)).toEqual([
      { line: 2, column: 3 },
    ]);
  });

  it.each([
    ['a = 1', 0, 'At 1:1: "a" must be a block without label'],
    ['a "x" {}', 0, '"a" must be a block without label'],
    ['a {}', 1, '"a" must be a block with 1 label'],
    ['a { b = 1 }', 1, '"b" must be a block with 1 label'],
    ['a "x" "y" {}', 1, '"a" must be a block with 1 label'],
  ])('refuses %s with %d labels', (text, count, message) => {
    expect(() => labels(text, 'a', count)).toThrow(message);
  });
});

describe('attributeOf', () => {
  it('finds the last value of a name and leaves labelled blocks alone', () => {
    const document = parseHcl('a = 1 a = 2 a "x" {} b "y" {}');
    expect(plainOf(attributeOf(document, 'a') as HclValue)).toBe(2);
    expect(attributeOf(document, 'b')).toBeUndefined();
  });
});
