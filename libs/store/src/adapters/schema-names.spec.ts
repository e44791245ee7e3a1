import { asideOf, successorOf } from './schema-names';

const AT = new Date('2026-11-29T10:00:00.000Z');

describe('names of schemas beside a schema', () => {
  it('tell whose they are', () => {
    expect([successorOf('tidelock'), asideOf('tidelock', AT)]).toEqual([
      'tidelock_joining',
      'tidelock_wiped_20261129100000000',
    ]);
  });

  it.each(['x'.repeat(63), 'ä'.repeat(31), `${'x'.repeat(60)}ab`])(
    'are never cut off, and never the schema itself: %s',
    (schema) => {
      for (const name of [successorOf(schema), asideOf(schema, AT)]) {
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
        expect(name).not.toBe(schema);
      }
    },
  );

  it('differ for schemas that differ only at the end', () => {
    const [a, b] = ['a', 'b'].map((end) => 'x'.repeat(62) + end) as [string, string];
    expect(successorOf(a)).not.toBe(successorOf(b));
  });
});
