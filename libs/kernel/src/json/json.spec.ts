import * as fc from 'fast-check';
import { parseJson } from './parse-json';
import { RawJson, stringifyJson } from './raw-json';

/** Number texts as secrets hold them: beyond 2^53, trailing zeros, exponents, negative zero. */
const number = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '0.0',
    '-0.0',
    '1.50',
    '1e5',
    '1E+5',
    '1e-07',
    '9007199254740993',
    '-9007199254740993',
    '999999999999999',
    '1000000000000000',
  ),
  fc.bigInt().map(String),
  fc.tuple(fc.integer(), fc.stringMatching(/^\d{1,20}$/)).map(([whole, fraction]) => `${whole}.${fraction}`),
  fc.tuple(fc.integer(), fc.constantFrom('e', 'E', 'e+', 'e-'), fc.nat(400)).map((parts) => parts.join('')),
);
/** The first one is what a placeholder looks like, but for its 16 random bytes. */
const text = fc.oneof(
  fc.stringMatching(/^~[0-9a-f]{32}:\d~$/),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('$&', "$'", '$1', '1.50', '-0', '__proto__', 'toJSON'),
);

/** A JSON text without spare white space, each key of an object once. */
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      number,
      text.map((value) => JSON.stringify(value)),
      fc.constantFrom('true', 'false', 'null', '""', '[]', '{}'),
    ),
    fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    // Keys that look like integers go first in a JavaScript object, so they are left out.
    fc
      .uniqueArray(
        fc.tuple(
          text.filter((key) => !/^\d+$/.test(key)).map((key) => JSON.stringify(key)),
          tie('json'),
        ),
        { maxLength: 4, selector: ([key]) => key },
      )
      .map((members) => `{${members.map((member) => member.join(':')).join(',')}}`),
  ),
}));

describe('exact JSON', () => {
  it('gives any JSON text back to the letter', () => {
    fc.assert(
      fc.property(json, (before) => {
        expect(stringifyJson(parseJson(before))).toBe(before);
      }),
      { numRuns: 1000 },
    );
  });

  it('means what JSON.parse means, wherever that is exact', () => {
    const value = fc.jsonValue({ noUnicodeString: false }).map((plain) => JSON.stringify(plain, null, 1));
    fc.assert(
      fc.property(value, fc.boolean(), (plain, slow) => {
        // The number at the front sends the whole text through the slower parser.
        const [, parsed] = parseJson(`[${slow ? '-0' : '1'},${plain}]`) as [unknown, unknown];
        expect(JSON.parse(stringifyJson(parsed))).toEqual(JSON.parse(plain));
      }),
    );
  });

  it.each([
    '',
    '{',
    '[1.5,]',
    '{"a":1.5,}',
    '01.5',
    '1.',
    '.5',
    '+1.5',
    '[1.5]x',
    '"a\nb" 1.5',
    "{'a':1.5}",
    'NaN',
    '-',
    '{1.5:2}',
    '{"a" 1.5}',
    '[1.5 2]',
    '[1.5',
    '[1.5}',
    '{"a":1.5',
    '{"a":1.5]',
    '[1.5,"a',
    '[1.5,"a\\"]',
    '["\\x",1.5]',
    '[tru,1.5]',
    '[1.5,\u00a0]',
    '1.5true',
    '-0x1',
    '[1.5,\ud800]',
  ])('refuses %j', (wrong) => {
    expect(() => parseJson(wrong)).toThrow(SyntaxError);
  });

  it.each([
    ['plain', 'v'],
    ['escaped', '\\"'],
    ['of digits', '1'],
  ])('takes a string of 32 MiB beside a number, %s', (_, unit) => {
    const units = (32 << 20) / unit.length;
    expect((parseJson(`{"n":1.5,"long":"${unit.repeat(units)}"}`) as { long: string }).long.length).toBe(units);
  });

  it('takes a number of as many digits', () => {
    expect((parseJson(`[1.${'1'.repeat(32 << 20)}]`) as RawJson[])[0]?.text.length).toBe((32 << 20) + 2);
  });

  it('takes the last of members with the same name, like every other parser in use', () => {
    expect(stringifyJson(parseJson('{"a":1.5,"b":0,"a":2.50}'))).toBe('{"a":2.50,"b":0}');
    expect(parseJson('{"a":1,"a":2}')).toEqual({ a: 2 });
  });

  it('keeps a member named __proto__ as a member', () => {
    const parsed = parseJson('{"__proto__":{"admin":1.5}}') as { admin?: unknown };
    expect(parsed.admin).toBeUndefined();
    expect(Object.keys(parsed)).toEqual(['__proto__']);
  });

  it('gives small whole numbers as numbers and others as text', () => {
    expect(parseJson('[0,-1,999999999999999,1.0,1000000000000000]')).toEqual([
      0,
      -1,
      999999999999999,
      new RawJson('1.0'),
      new RawJson('1000000000000000'),
    ]);
  });

  it('writes a stored document inside another, and nested once more', () => {
    const inner = stringifyJson({ n: new RawJson('1.50'), s: '~0~' });
    expect(stringifyJson({ outer: new RawJson(stringifyJson([new RawJson(inner)])) })).toBe(
      '{"outer":[{"n":1.50,"s":"~0~"}]}',
    );
  });

  it('does not mix up texts when a value serialises another in the middle', () => {
    const lazy = { toJSON: () => stringifyJson({ n: new RawJson('2.0') }) };
    expect(stringifyJson([new RawJson('1.0'), lazy, new RawJson('3.0')])).toBe('[1.0,"{\\"n\\":2.0}",3.0]');
  });

  it('refuses to guess where a text belongs that something else serialised in the middle', () => {
    const wrong = { toJSON: () => JSON.stringify({ n: new RawJson('2.0') }) };
    expect(() => stringifyJson([new RawJson('1.0'), wrong, new RawJson('3.0')])).toThrow('serialised by other means');
  });

  it('shows no placeholder when something else serialises a number', () => {
    expect(JSON.stringify([new RawJson('1.50')])).toBe('["1.50"]');
    expect(() =>
      stringifyJson({
        toJSON: () => {
          throw new Error('no');
        },
      }),
    ).toThrow('no');
    expect(JSON.stringify(new RawJson('1.50'))).toBe('"1.50"');
  });
});
