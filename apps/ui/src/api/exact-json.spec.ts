import { ExactNumber, parseExactly, shownAs, textOf } from './exact-json';

describe('JSON of secrets', () => {
  it.each([
    '12345678901234567890',
    '-0.10',
    '1e400',
    '{\n  "id": 12345678901234567890,\n  "list": [\n    1.0,\n    "1.0"\n  ],\n  "none": {},\n  "empty": []\n}',
    '{\n  "__proto__": 1,\n  "isLosslessNumber": true,\n  "toString": null\n}',
  ])('keeps %s as it was written', (text) => {
    expect(textOf(parseExactly(text))).toBe(text);
  });

  it('has numbers that JavaScript keeps as numbers', () => {
    expect(parseExactly('[1, 2.5, -3]')).toEqual([1, 2.5, -3]);
  });

  it('says where a text is wrong, and refuses a key that stands twice', () => {
    expect(() => parseExactly('{"a": }')).toThrow(/position 6/);
    expect(() => parseExactly('{"a": 1, "a": 2}')).toThrow(/Duplicate key 'a'/);
  });

  it('shows a text as it is, and anything else as JSON', () => {
    expect(shownAs('a "b"\n')).toBe('a "b"\n');
    expect(shownAs(new ExactNumber('1.0'))).toBe('1.0');
    expect(shownAs(null)).toBe('null');
    expect(shownAs({ a: [true] })).toBe('{\n  "a": [\n    true\n  ]\n}');
  });

  it('sends no number that it would have to change', () => {
    const { rawJSON } = JSON as unknown as { rawJSON?: unknown };
    if (rawJSON === undefined)
      expect(() => JSON.stringify(new ExactNumber('1.0'))).toThrow(/cannot send the number 1.0/);
    else expect(JSON.stringify(new ExactNumber('1.0'))).toBe('1.0');
  });
});
