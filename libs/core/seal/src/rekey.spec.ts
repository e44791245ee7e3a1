import { ANYBODY, unsealedRoom } from './seal-room.testing';

const NEW = { shares: 4, threshold: 3, requireVerification: false };
type Room = Awaited<ReturnType<typeof unsealedRoom>>;

async function giveOldShares({ rekey, keys }: Room) {
  const { nonce } = await rekey.status();
  await rekey.update(keys[0] as string, nonce, ANYBODY);
  return rekey.update(keys[1] as string, nonce, ANYBODY);
}

async function unsealsWith({ seal }: Room, keys: readonly string[]): Promise<boolean> {
  await seal.seal();
  for (const key of keys) await seal.unseal(key).catch(() => undefined);
  return !seal.sealed;
}

describe('a rekey', () => {
  it('replaces the old shares by new ones; values stay readable', async () => {
    const room = await unsealedRoom();
    expect(await room.rekey.start(NEW, ANYBODY)).toMatchObject({ started: true, t: 3, n: 4, progress: 0, required: 2 });
    const done = await giveOldShares(room);
    expect(done).toMatchObject({ complete: true, keys: { length: 4 }, verificationRequired: false });
    expect(await unsealsWith(room, room.keys)).toBe(false);
    expect(await unsealsWith(room, done.keys.slice(1))).toBe(true);
    expect(await room.seal.status()).toMatchObject({ t: 3, n: 4 });
    expect((await room.store.replicated.get('test/token/0'))?.toString()).toBe(room.rootToken);
    expect((await room.rekey.status()).started).toBe(false);
  });

  it('needs the old shares, each once, under its nonce', async () => {
    const room = await unsealedRoom();
    const other = await unsealedRoom();
    const key = room.keys[0] as string;
    await expect(room.rekey.update(key, '', ANYBODY)).rejects.toThrow('no barrier rekey in progress');
    const { nonce } = await room.rekey.start(NEW, ANYBODY);
    await expect(room.rekey.start(NEW, ANYBODY)).rejects.toThrow('rekey already in progress');
    await expect(room.rekey.update(key, 'x', ANYBODY)).rejects.toThrow(`nonce for this rekey operation is "${nonce}"`);
    await room.rekey.update(key, nonce, ANYBODY);
    await expect(room.rekey.update(key, nonce, ANYBODY)).rejects.toThrow('given key has already been provided');
    await expect(room.rekey.update(other.keys[1] as string, nonce, ANYBODY)).rejects.toMatchObject({ status: 400 });
    expect(await room.rekey.status()).toMatchObject({ nonce, progress: 1 });
    expect(await unsealsWith(room, room.keys)).toBe(true);
  });

  it('refuses an impossible configuration with 400', async () => {
    const { rekey } = await unsealedRoom();
    await expect(rekey.start({ ...NEW, threshold: 9 }, ANYBODY)).rejects.toMatchObject({
      status: 400, message: 'invalid rekey seal configuration: threshold cannot be larger than shares',
    });
  });

  it('with verification counts only once the new shares were given back', async () => {
    const room = await unsealedRoom();
    await room.rekey.start({ ...NEW, requireVerification: true }, ANYBODY);
    await expect(room.rekey.verification()).rejects.toThrow('no rekey verification in progress');
    const { keys, verificationNonce } = await giveOldShares(room);
    await room.rekey.verify(keys[0] as string, verificationNonce, ANYBODY);
    const again = await room.rekey.restartVerification(verificationNonce, ANYBODY);
    expect(again).toMatchObject({ progress: 0, complete: false });
    await expect(room.rekey.verify(keys[0] as string, verificationNonce, ANYBODY)).rejects.toThrow('incorrect nonce supplied');
    const before = room.store.records.get('seal-config');
    for (const key of keys.slice(0, 2)) await room.rekey.verify(key, again.nonce, ANYBODY);
    expect(room.store.records.get('seal-config')).toBe(before);
    expect(await room.rekey.verify(keys[3] as string, again.nonce, ANYBODY)).toMatchObject({ complete: true });
    expect(await unsealsWith(room, keys.slice(0, 3))).toBe(true);
  });

  it('with verification changes nothing when it is cancelled', async () => {
    const room = await unsealedRoom();
    const { nonce } = await room.rekey.start({ ...NEW, requireVerification: true }, ANYBODY);
    await giveOldShares(room);
    await room.rekey.cancel(nonce, ANYBODY);
    await expect(room.rekey.verification()).rejects.toThrow('no rekey configuration found');
    expect(await unsealsWith(room, room.keys)).toBe(true);
  });
});
