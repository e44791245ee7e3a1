import * as fc from 'fast-check';
import { isJsonNumber } from './json-number';

describe('isJsonNumber', () => {
  it.each(['0', '-0', '1.50', '1e5', '-1E+07', '9007199254740993'])('takes %s', (text) =>
    expect(isJsonNumber(text)).toBe(true),
  );

  it.each([
    '',
    '-',
    '01',
    '1.',
    '.5',
    '+1',
    '1 ',
    ' 1',
    '1\n',
    'NaN',
    '0x1',
    '1_0',
    '"1"',
    '1,"a":2',
    '{}',
    'true',
    '\u0661',
  ])('refuses %j', (text) => expect(isJsonNumber(text)).toBe(false));

  it('takes what JSON.parse makes a number of, and nothing else', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'0123456789.-+eE') }),
      fc.double().map(String),
      fc.json(),
    );
    fc.assert(
      fc.property(text, (some) => {
        let value: unknown;
        try {
          value = JSON.parse(some);
        } catch {
          value = undefined;
        }
        expect(isJsonNumber(some)).toBe(typeof value === 'number' && some.trim() === some);
      }),
      { numRuns: 1000 },
    );
  });
});
