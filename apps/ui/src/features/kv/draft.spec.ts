import { enteredAs, enteredIn, newRow, rowsOf } from './draft';
import { parseExactly, type SecretData, textOf } from '../../api/exact-json';

describe('a secret that is edited', () => {
  it('comes out of its rows as it went in', () => {
    const text = '{\n  "n": 12345678901234567890,\n  "t": "12",\n  "__proto__": {\n    "a": null\n  }\n}';
    const { data } = enteredIn(rowsOf(parseExactly(text) as SecretData)) as { data: SecretData };
    expect(textOf(data)).toBe(text);
  });

  it('begins with a row to fill in, which is not sent', () => {
    expect(rowsOf({})).toMatchObject([{ key: '', value: '', kind: 'text' }]);
    expect(enteredIn(rowsOf({}))).toEqual({ data: {} });
  });

  it.each([
    ['A value has no key.', [newRow('', 'x')]],
    ['The key a stands twice.', [newRow('a', 'x'), newRow('a', 'y')]],
    [/^The value of a is no JSON: .* at line 2, column 3$/, [newRow('a', '[1,\n  ,]', 'json')]],
  ])('says %s', (fault, rows) => {
    expect(enteredIn(rows).fault).toMatch(fault);
  });

  it.each([
    ['{"a": tru}', /^This is no JSON: .* at line 1, column 7$/],
    ['[1]', /^A secret is a JSON object/],
    ['12345678901234567890', /^A secret is a JSON object/],
  ])('takes %s for no secret', (text, fault) => {
    expect(enteredAs(text).fault).toMatch(fault);
  });

  it('is empty where the text is', () => {
    expect(enteredAs(' \n')).toEqual({ data: {} });
  });
});
