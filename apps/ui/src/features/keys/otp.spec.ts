import { decodeToken } from './otp';

const OTP = 'abcdefghijklmnopqrstuvwxyz01';
const TOKEN = 'hvs.ABCDEFGHIJKLMNOPQRSTUVWX';

const encoded = (token: string, otp: string): string =>
  Buffer.from(Buffer.from(token).map((byte, at) => byte ^ (Buffer.from(otp)[at] as number))).toString('base64');

describe('decoding a root token', () => {
  it('takes base64 with and without padding, and spaces around', () => {
    const text = encoded(TOKEN, OTP);
    expect(decodeToken(text, OTP)).toBe(TOKEN);
    expect(decodeToken(` ${text.replace(/=+$/, '')}\n`, ` ${OTP} `)).toBe(TOKEN);
  });

  it.each([
    ['', OTP, 'There is no encoded token.'],
    ['a!', OTP, 'The encoded token is not base64: copy it whole.'],
    [encoded(TOKEN, OTP), 'short', 'The one-time password has 5 bytes, the encoded token 28'],
  ])('says what is wrong with %j and %j', (text, otp, message) => {
    expect(() => decodeToken(text, otp)).toThrow(message);
  });
});
