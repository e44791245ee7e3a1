import { readActivationToken } from './activation-token';

const jwt = (claims: unknown) =>
  ['{}', JSON.stringify(claims), 's'].map((part) => Buffer.from(part).toString('base64url')).join('.');

describe('an activation token that was pasted', () => {
  it("tells the primary's address and when it expires", () => {
    expect(readActivationToken(` ${jwt({ addr: 'https://日本.example:8200', exp: 1_800_000_000 })}\n`)).toEqual({
      addr: 'https://日本.example:8200',
      expires: 1_800_000_000_000,
    });
  });

  it('may hold no address', () => {
    expect(readActivationToken(jwt({ addr: '', exp: 'soon' }))).toEqual({});
  });

  it.each(['', 'hvs.abc', 'a.b', 'a.b.c', 'a.!!.c', `${Buffer.from('[]').toString('base64url')}.bnVsbA.x`])(
    'is none: %p',
    (text) => {
      expect(readActivationToken(text)).toBeUndefined();
    },
  );
});
