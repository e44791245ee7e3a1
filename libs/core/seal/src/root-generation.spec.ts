import fc from 'fast-check';
import { decodeWithOtp, encodeWithOtp } from './root-generation';
import { ANYBODY, unsealedRoom } from './seal-room.testing';
import type { SharesConfig } from './shares-config';

describe('generating a root token', () => {
  it('gives a token that the one-time password decodes, once enough keys were given', async () => {
    const { rootGeneration, keys, tokens, rootToken } = await unsealedRoom();
    const { otp, nonce, otpLength } = await rootGeneration.start('', ANYBODY);
    expect([otp.length, otpLength]).toEqual([28, 28]);
    const half = await rootGeneration.update(keys[2] as string, nonce, ANYBODY);
    expect(half).toMatchObject({ started: true, progress: 1, required: 2, complete: false, encodedToken: '' });
    const done = await rootGeneration.update(keys[0] as string, nonce, ANYBODY);
    expect(done).toMatchObject({ nonce, progress: 2, complete: true, encodedToken: expect.not.stringContaining('=') });
    expect(rootGeneration.decode(done.encodedToken, otp)).toBe(tokens.made[1]);
    expect(tokens.made[1]).not.toBe(rootToken);
    expect(await rootGeneration.status()).toMatchObject({ started: false, nonce: '', progress: 0 });
  });

  it("keeps the client's own password to itself, and refuses one of another length", async () => {
    const { rootGeneration } = await unsealedRoom();
    await expect(rootGeneration.start('short', ANYBODY)).rejects.toMatchObject({
      status: 400,
      message: 'OTP string is wrong length',
    });
    expect((await rootGeneration.start('o'.repeat(28), ANYBODY)).otp).toBe('');
  });

  it('runs once at a time, until it is cancelled', async () => {
    const { rootGeneration } = await unsealedRoom();
    await rootGeneration.cancel('', ANYBODY);
    const { nonce } = await rootGeneration.start('', ANYBODY);
    await expect(rootGeneration.start('', ANYBODY)).rejects.toMatchObject({
      status: 400,
      message: 'root generation already in progress',
    });
    await rootGeneration.cancel(nonce, ANYBODY);
    expect((await rootGeneration.start('', ANYBODY)).nonce).not.toBe(nonce);
  });

  it('refuses a repeated key, a wrong nonce and an attempt that nobody started', async () => {
    const { rootGeneration, keys } = await unsealedRoom();
    const key = keys[0] as string;
    await expect(rootGeneration.update(key, '', ANYBODY)).rejects.toThrow('no root generation in progress');
    const { nonce } = await rootGeneration.start('', ANYBODY);
    await expect(rootGeneration.update(key, 'x', ANYBODY)).rejects.toThrow(
      `incorrect nonce supplied; nonce for this root generation operation is "${nonce}"`,
    );
    await rootGeneration.update(key, nonce, ANYBODY);
    await expect(rootGeneration.update(key, nonce, ANYBODY)).rejects.toThrow(
      'given key has already been provided during this generation operation',
    );
    expect((await rootGeneration.status()).progress).toBe(1);
  });

  it('refuses a wrong share at once, and throws no right one away for it', async () => {
    const [{ rootGeneration, keys, tokens }, other] = await Promise.all([unsealedRoom(), unsealedRoom()]);
    const { nonce } = await rootGeneration.start('', ANYBODY);
    await rootGeneration.update(keys[0] as string, nonce, ANYBODY);
    for (const wrong of other.keys) {
      await expect(rootGeneration.update(wrong, nonce, ANYBODY)).rejects.toMatchObject({
        status: 400,
        message: expect.stringMatching(/^invalid key: .*are kept$/),
      });
    }
    expect(await rootGeneration.status()).toMatchObject({ started: true, nonce, progress: 1 });
    expect(tokens.made).toHaveLength(1);
    expect(await rootGeneration.update(keys[2] as string, nonce, ANYBODY)).toMatchObject({ complete: true });
  });

  it('starts over after a wrong set where the seal has no fingerprints of its shares', async () => {
    const [room, other] = await Promise.all([unsealedRoom(), unsealedRoom()]);
    const { shareDigests: _, ...config } = JSON.parse(
      (room.store.records.get('seal-config') as Buffer).toString('utf8'),
    ) as SharesConfig;
    room.store.records.set('seal-config', Buffer.from(JSON.stringify(config)));
    const { nonce } = await room.rootGeneration.start('', ANYBODY);
    await room.rootGeneration.update(room.keys[0] as string, nonce, ANYBODY);
    await expect(room.rootGeneration.update(other.keys[1] as string, nonce, ANYBODY)).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(/^root generation aborted: /),
    });
    expect(await room.rootGeneration.status()).toMatchObject({ started: true, nonce, progress: 0 });
  });

  it('is forgotten when the cluster is sealed', async () => {
    const { rootGeneration, seal } = await unsealedRoom();
    await rootGeneration.start('', ANYBODY);
    await seal.seal();
    expect((await rootGeneration.status()).started).toBe(false);
  });
});

describe('the one-time pad', () => {
  const text = (length: number) => fc.string({ unit: 'grapheme-ascii', minLength: length, maxLength: length });

  it('gives back every token', () => {
    fc.assert(
      fc.property(
        fc.nat(60).chain((length) => fc.tuple(text(length), text(length))),
        ([token, otp]) => {
          expect(decodeWithOtp(encodeWithOtp(token, otp), otp)).toBe(token);
        },
      ),
    );
  });

  it('refuses what is no base64 and a password of another length', () => {
    expect(() => decodeWithOtp('!', 'x')).toThrow(expect.objectContaining({ status: 400 }));
    expect(() => decodeWithOtp('AAAA', 'x')).toThrow(expect.objectContaining({ status: 400 }));
  });
});
