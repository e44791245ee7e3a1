import { Barrier } from '@tidelock/barrier';
import { scopeOf } from '@tidelock/core/scope';
import { shamirSeal } from '@tidelock/seals/shamir';
import { ANYBODY, NOW, sealRoom, unsealedRoom } from './seal-room.testing';
import { openShares, type SharesConfig } from './shares-config';

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
      status: 400,
      message: 'invalid rekey seal configuration: threshold cannot be larger than shares',
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
    await expect(room.rekey.verify(keys[0] as string, verificationNonce, ANYBODY)).rejects.toThrow(
      'incorrect nonce supplied',
    );
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

describe('a rekey against who held the keys before', () => {
  const write = async ({ store }: Room, key: string) => {
    const unit = store.begin();
    unit.replicated.put(key, Buffer.from(`value of ${key}`));
    await unit.commit();
  };
  async function rotate({ store, rotation }: Room) {
    const unit = store.begin();
    await rotation.rotate(scopeOf(unit), NOW);
    await unit.commit();
  }
  const rekeyed = async (room: Room, requireVerification = false) => {
    await room.rekey.start({ ...NEW, requireVerification }, ANYBODY);
    const done = await giveOldShares(room);
    if (requireVerification)
      for (const key of done.keys.slice(0, 3)) await room.rekey.verify(key, done.verificationNonce, ANYBODY);
    return done.keys;
  };
  const configIn = (room: Room) =>
    JSON.parse((room.store.records.get('seal-config') as Buffer).toString('utf8')) as SharesConfig;

  /** The thief: root key, every data key and the unseal shares as they were, and the whole database as it is now. */
  async function thief(room: Room) {
    const { rootKey } = room.barrier;
    const keyring = room.store.records.get('keyring') as Buffer;
    return async (key: string): Promise<string> => {
      const stolen = new Map(room.store.records);
      const barrier = new Barrier();
      for (const candidate of [stolen.get('keyring') as Buffer, keyring]) {
        try {
          barrier.unseal(rootKey, candidate);
          return barrier.decrypt(stolen.get(key) as Buffer, key).toString();
        } catch {
          // Not with these.
        }
      }
      const behindOldShares = await openShares(
        shamirSeal,
        configIn(room),
        room.keys.slice(0, 2).map((share) => Buffer.from(share, 'hex')),
      ).catch(() => undefined);
      return behindOldShares === undefined ? 'nothing' : 'the root key';
    };
  }

  it.each([[false], [true]])(
    'opens nothing that is written after it, with verification: %s',
    async (requireVerification) => {
      const room = await unsealedRoom();
      const opens = await thief(room);
      await write(room, 'before');
      await rotate(room);
      await write(room, 'rotated');
      expect(await Promise.all(['before', 'rotated'].map(opens))).toEqual(['value of before', 'value of rotated']);
      const newKeys = await rekeyed(room, requireVerification);
      await write(room, 'rekeyed');
      await rotate(room);
      await write(room, 'rotated again');
      expect(await Promise.all(['rekeyed', 'rotated again'].map(opens))).toEqual(['nothing', 'nothing']);
      expect(await unsealsWith(room, newKeys.slice(0, 3))).toBe(true);
      for (const key of ['before', 'rotated', 'rekeyed', 'rotated again']) {
        expect((await room.store.replicated.get(key))?.toString()).toBe(`value of ${key}`);
      }
    },
  );

  it('changes nothing in memory when it cannot be stored', async () => {
    const room = await unsealedRoom();
    await room.rekey.start(NEW, ANYBODY);
    const { nonce } = await room.rekey.status();
    await room.rekey.update(room.keys[0] as string, nonce, ANYBODY);
    room.store.failing = true;
    await expect(room.rekey.update(room.keys[1] as string, nonce, ANYBODY)).rejects.toThrow('the disk is full');
    room.store.failing = false;
    await rotate(room);
    expect(await unsealsWith(room, room.keys.slice(0, 2))).toBe(true);
    expect(room.barrier.term).toBe(2);
  });

  it('opens a store in which the seal has come, and the keyring has not yet', async () => {
    const room = await unsealedRoom();
    const before = room.store.records.get('keyring') as Buffer;
    await write(room, 'before');
    const keys = await rekeyed(room);
    await write(room, 'after');
    const behind = sealRoom(new Map([...room.store.records, ['keyring', before]]));
    for (const key of keys.slice(0, 3)) await behind.seal.unseal(key);
    expect((await behind.store.replicated.get('before'))?.toString()).toBe('value of before');
    behind.store.apply('stream', [{ key: 'keyring', value: room.store.records.get('keyring') as Buffer }]);
    expect((await behind.store.replicated.get('after'))?.toString()).toBe('value of after');
  });
});
