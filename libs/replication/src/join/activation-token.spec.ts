import * as fc from 'fast-check';
import { addressIn } from './activation-token';

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: unknown, header: unknown = { alg: 'ES512', typ: 'JWT' }): string =>
  `${part(header)}.${part(claims)}.c2lnbmF0dXJl`;

const REFUSED = expect.objectContaining({
  code: 'INVALID_REQUEST',
  status: 400,
  message: expect.stringContaining('is not a replication activation token'),
});

describe('addressIn', () => {
  it("finds the primary's address in an activation token", () => {
    expect(addressIn(jwt({ addr: 'https://primary:8200', type: 'wrapping', jti: 'hvs.x' }))).toBe(
      'https://primary:8200',
    );
    expect(addressIn(jwt({ addr: 'https://primary:8200', type: 'wrapping' }, { alg: 'ES512' }))).toBe(
      'https://primary:8200',
    );
  });

  it.each([
    ['has none', {}],
    ['has an empty one', { addr: '' }],
    ['has nonsense', { addr: 5 }],
  ])('gives no address when the token %s', (_, claims) => {
    expect(addressIn(jwt({ ...claims, type: 'wrapping' }))).toBe('');
  });

  it.each([
    ['another kind of JWT', jwt({ addr: 'https://primary:8200' })],
    [
      'a JWT with another type',
      jwt({ addr: 'https://primary:8200', type: 'wrapping' }, { alg: 'ES512', typ: 'at+jwt' }),
    ],
    ['a plain wrapping token', 'hvs.CAESIJ'],
    ['an accessor', 'kEhcHnlpFkVc1bMHg8LnvZmX'],
    ['half a token', jwt({ addr: 'a', type: 'wrapping' }).slice(0, 30)],
    ['nothing', ''],
  ])('refuses %s, and says what to give instead', (_, token) => {
    expect(() => addressIn(token)).toThrow(REFUSED);
  });

  it('refuses any other text without quoting it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ minLength: 8 }),
          fc
            .tuple(fc.base64String({ minLength: 8 }), fc.base64String(), fc.base64String())
            .map((parts) => parts.join('.')),
        ),
        (text) => {
          expect(() => addressIn(text)).toThrow(REFUSED);
          try {
            addressIn(text);
          } catch (error) {
            expect((error as Error).message).not.toContain(text);
          }
        },
      ),
    );
  });
});
