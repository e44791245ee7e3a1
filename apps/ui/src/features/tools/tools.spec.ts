import { hash, wrap } from './calls';
import { dataOf, turned, withoutValues, type WrapDraft } from './wrap-draft';

const rows = (...pairs: [string, string][]): WrapDraft => ({
  as: 'rows',
  rows: pairs.map(([name, value]) => ({ name, value })),
});
const json = (text: string): WrapDraft => ({ as: 'json', text });

describe('what is about to be wrapped', () => {
  it('is what the rows say, without those that are empty', () => {
    expect(dataOf(rows(['a', '1'], ['', ''], ['__proto__x', '']))).toEqual({ a: '1', __proto__x: '' });
  });

  it('is what the JSON says', () => {
    expect(dataOf(json('{"a":{"b":[1,1.5,null]}}'))).toEqual({ a: { b: [1, 1.5, null] } });
  });

  it.each([
    [rows(['a', '1'], ['a', '2']), 'The name a stands twice.'],
    [rows(['', '2']), 'A value has no name.'],
    [json('[1]'), 'is a JSON object'],
    [json('null'), 'is a JSON object'],
    [json('{'), ''],
  ])('%j is refused in words', (draft, words) => {
    expect(() => dataOf(draft)).toThrow(words);
  });

  it('is told the other way, where it can be', () => {
    expect(turned(rows(['a', '1']))).toEqual(json('{\n  "a": "1"\n}'));
    expect(turned(json('{"a":"1"}'))).toEqual(rows(['a', '1']));
    expect(turned(json('{}'))).toEqual(rows(['', '']));
    expect(() => turned(json('{"a":1}'))).toThrow('The value of a is no text');
  });

  it('is told without its values', () => {
    expect(withoutValues({ a: 'secret', b: { c: ['secret'] }, d: 1 })).toEqual({
      a: '<value>',
      b: '<value>',
      d: '<value>',
    });
    expect(withoutValues({})).toEqual({});
  });

  it('is wrapped for as long as is said, or else for half an hour', () => {
    expect(wrap({ a: 1 }, ' 5m ')).toEqual({
      method: 'POST',
      path: 'sys/wrapping/wrap',
      body: { a: 1 },
      wrapTtl: '5m',
    });
    expect(wrap({}, '').wrapTtl).toBe('30m');
  });
});

describe('what is about to be hashed', () => {
  const order = { algorithm: 'sha2-256', format: 'hex' };

  it('is sent in base64, whatever the text', () => {
    expect(hash({ ...order, input: '日本 ü', isBase64: false }).body).toEqual({ ...order, input: '5pel5pysIMO8' });
    expect(hash({ ...order, input: '', isBase64: false }).body).toEqual({ ...order, input: '' });
  });

  it('is sent as it is where it is base64 already', () => {
    expect(hash({ ...order, input: ' YW\nJj ', isBase64: true }).body).toEqual({ ...order, input: 'YWJj' });
  });
});
