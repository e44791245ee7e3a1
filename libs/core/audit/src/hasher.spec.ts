import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { Hasher } from './hasher';

const reference = (salt: string, text: string) =>
  `hmac-sha256:${createHmac('sha256', salt).update(text, 'utf8').digest('hex')}`;

function whole(steps: Generator<string, string>): string {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    expect(value).toBe('');
  }
}

describe('Hasher', () => {
  it('is HMAC-SHA256 for any salt and text, however often and in whatever order', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.string({ unit: 'grapheme', minLength: 1000, maxLength: 1100 }),
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), fc.array(text, { minLength: 1, maxLength: 5 }), (salt, texts) => {
        const hasher = new Hasher(salt);
        for (const one of [...texts, '', ...texts]) {
          expect(hasher.hash(one)).toBe(reference(salt, one));
          expect(whole(hasher.hashLong(one))).toBe(reference(salt, one));
          expect(hasher.hashRecurring(one)).toBe(reference(salt, one));
        }
      }),
    );
  });

  it('takes steps for what is long', () => {
    const long = 'aé'.repeat(500_000);
    const hasher = new Hasher('salt');
    expect([...hasher.hashLong(long)].length).toBeGreaterThan(4);
    expect(whole(hasher.hashLong(long))).toBe(reference('salt', long));
  });

  // RFC 4231, test case 2.
  it('gives the known answer', () => {
    expect(new Hasher('Jefe').hash('what do ya want for nothing?')).toBe(
      'hmac-sha256:5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });
});
