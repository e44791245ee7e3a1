import * as fc from 'fast-check';
import { ExactParser } from './exact-parser';
import { RawJson } from './raw-json';
import { StructureLimits } from './structure-limits';

function levelsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(levelsOf));
}

/** The sum over all objects and arrays of what each counts for. */
function countOf(value: unknown, own: (members: number) => number): number {
  if (typeof value !== 'object' || value === null) return 0;
  const members = Object.values(value);
  return own(members.length) + members.reduce<number>((sum, member) => sum + countOf(member, own), 0);
}

/** Feeds a text in chunks of the given size. */
function feed(text: string, size: number, bounds: { levels: number; members: number }): StructureLimits {
  const bytes = Buffer.from(text);
  const limits = new StructureLimits(bounds);
  for (let at = 0; at < bytes.length; at += size) limits.add(bytes.subarray(at, at + size));
  return limits;
}

/** Whether the value has something that is carried as text. */
function hasRaw(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return value instanceof RawJson || Object.values(value).some(hasRaw);
}

describe('StructureLimits', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '\\"', '[[{{', ',,,', 'é]'));
  const value = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.integer(),
      text,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(text, tie('value'), { maxKeys: 4 }),
    ),
  })).value;

  it('counts what is there, however the text is cut, and nothing within strings', () => {
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 9 }), (any, size) => {
        const json = JSON.stringify(any);
        const levels = levelsOf(any);
        const members = Math.max(
          countOf(any, (length) => Math.max(0, length - 1)),
          countOf(any, () => 1),
        );
        expect(() => feed(json, size, { levels, members })).not.toThrow();
        if (levels > 0)
          expect(() => feed(json, size, { levels: levels - 1, members })).toThrow(
            `more than ${levels - 1} levels of nesting`,
          );
        if (members > 0)
          expect(() => feed(json, size, { levels, members: members - 1 })).toThrow(`more than ${members - 1} members`);
      }),
      { numRuns: 300 },
    );
  });

  const numberText = fc.oneof(
    fc.integer().map(String),
    fc.bigInt().map(String),
    fc.double().filter(Number.isFinite).map(String),
    fc.constantFrom(
      '0',
      '-0',
      '10',
      '-10',
      '100',
      '0.0',
      '1e5',
      '1E+5',
      '-0e0',
      '999999999999999',
      '1000000000000000',
      '-1000000000000000',
    ),
  );

  it('tells whether a number may need its text, however the text is cut, and looks at none within strings', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, numberText), { maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        (members, size) => {
          const json = `[${members.map(([string, number]) => `{${JSON.stringify(string)}: ${number},"e":true,"1.5":[false, ${JSON.stringify(`1.5 -0 ${string}`)}]}`).join(' , ')}]`;
          const plain = feed(json, size, { levels: 9, members: 99 }).hasPlainNumbers;
          expect(plain).toBe(!hasRaw(new ExactParser(json).document()));
          if (plain) expect(JSON.parse(json)).toEqual(new ExactParser(json).document());
        },
      ),
      { numRuns: 500 },
    );
  });
});
