import { keyIdOf, newStreamKey, StreamKey, StreamKeyring } from './stream-key';

describe('A stream key', () => {
  it('is known by the first digits of its hash', () => {
    // echo -n 0000…00 (32 bytes) | sha256sum
    expect(new StreamKey(Buffer.alloc(32)).id).toBe('66687aad');
  });

  it('seals under another key in each epoch and each block of indexes', () => {
    const key = new StreamKey(Buffer.alloc(32, 1));
    const used = [key.messageKey(1, 1), key.messageKey(1, 2 ** 20), key.messageKey(2, 1)].map((bytes) =>
      bytes.toString('hex'),
    );
    expect(new Set(used).size).toBe(3);
    expect(key.messageKey(1, 2 ** 20 - 1).toString('hex')).toBe(used[0]);
  });

  it('has 32 bytes', () => {
    expect(() => new StreamKey(Buffer.alloc(31))).toThrow(RangeError);
  });
});

describe('A stream keyring', () => {
  it('opens nothing with a key behind the place where it was replaced', () => {
    const texts = [newStreamKey(), newStreamKey(100), newStreamKey(200)];
    const ring = new StreamKeyring(texts);
    const [first, second, third] = texts.map(keyIdOf) as [string, string, string];
    expect(
      [ring.opening(first, 100), ring.opening(second, 200), ring.opening(third, 1_000_000)].map((key) => key?.id),
    ).toEqual([first, second, third]);
    for (const [id, index] of [
      [first, 101],
      [first, 1_000_000],
      [second, 201],
    ] as const) {
      expect(() => ring.opening(id, index)).toThrow('expired-key');
    }
  });

  it('seals the announcement of a key with the one before, also when it is sent again', () => {
    const [first, second] = [newStreamKey(), newStreamKey(100)];
    const ring = new StreamKeyring([first, second]);
    const idOf = (text: string) => new StreamKey(Buffer.from(text.split('@')[0] as string, 'base64')).id;
    expect(ring.sealing(100).id).toBe(idOf(first));
    expect(ring.sealing(101).id).toBe(idOf(second));
    expect(ring.opening(idOf(first), 100)?.id).toBe(idOf(first));
    expect(ring.opening('00000000', 100)).toBeUndefined();
  });
});
