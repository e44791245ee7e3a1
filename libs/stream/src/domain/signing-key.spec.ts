import fc from 'fast-check';
import { isSignedBy, newSigningKey, SigningKey } from './signing-key';

describe('SigningKey', () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));

  it('signs what only its own public key finds good, and only unchanged', () => {
    const [key, other] = [new SigningKey(newSigningKey()), new SigningKey(newSigningKey())];
    fc.assert(
      fc.property(bytes, fc.nat(), (statement, at) => {
        const signature = key.sign(statement);
        expect(isSignedBy(key.publicKey, statement, signature)).toBe(true);
        expect(isSignedBy(other.publicKey, statement, signature)).toBe(false);
        expect(isSignedBy(key.publicKey, Buffer.concat([statement, Buffer.from('x')]), signature)).toBe(false);
        const changed = Buffer.from(signature);
        changed.writeUInt8(changed.readUInt8(at % 64) ^ 1, at % 64);
        expect(isSignedBy(key.publicKey, statement, changed)).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  it('is the same key when it is made of its text again', () => {
    const text = newSigningKey();
    expect(new SigningKey(text).publicKey.equals(new SigningKey(text).publicKey)).toBe(true);
  });

  it('finds nothing good under a key of small order, with which anything could be signed by anybody', () => {
    const identity = Buffer.concat([Buffer.from([1]), Buffer.alloc(31)]);
    const signature = Buffer.concat([identity, Buffer.alloc(32)]);
    expect(isSignedBy(identity, Buffer.from('anything'), signature)).toBe(false);
    const negative = Buffer.from(identity);
    negative.writeUInt8(0x80, 31);
    expect(isSignedBy(negative, Buffer.from('anything'), signature)).toBe(false);
  });

  it('takes whatever bytes for a signature or a public key, and finds them bad', () => {
    const key = new SigningKey(newSigningKey());
    fc.assert(
      fc.property(bytes, bytes, (some, more) => {
        expect(isSignedBy(key.publicKey, some, more)).toBe(false);
        expect(
          isSignedBy(
            Buffer.concat([some, Buffer.alloc(32)]).subarray(0, 32),
            some,
            Buffer.concat([more, Buffer.alloc(64)]).subarray(0, 64),
          ),
        ).toBe(false);
      }),
    );
  });
});
