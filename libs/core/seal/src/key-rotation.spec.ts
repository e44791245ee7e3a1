import { scopeOf } from '@tidelock/core/scope';
import { silentLogger } from '@tidelock/kernel';
import { NOW, sealRoom, unsealedRoom } from './seal-room.testing';

type Room = Awaited<ReturnType<typeof unsealedRoom>>;

async function rotate({ store, rotation }: Room, now = NOW) {
  const unit = store.begin();
  await rotation.rotate(scopeOf(unit), now);
  return unit;
}

async function configure({ store, rotation }: Room, changes: object) {
  const unit = store.begin();
  await rotation.configureRotation(scopeOf(unit), changes);
  await unit.commit();
}

describe('rotating the data key', () => {
  it('takes effect with the commit, not before', async () => {
    const room = await unsealedRoom();
    const unit = await rotate(room, NOW + 1000);
    expect(room.rotation.facts().term).toBe(1);
    await unit.commit();
    expect(room.rotation.facts()).toEqual({ term: 2, installTime: NOW + 1000, encryptions: 0 });
  });

  it('survives a seal and keeps older values readable', async () => {
    const room = await unsealedRoom();
    await (await rotate(room)).commit();
    await room.seal.seal();
    for (const key of room.keys.slice(0, 2)) await room.seal.unseal(key);
    expect(room.barrier.term).toBe(2);
    expect(await room.store.replicated.get('test/token/0')).toEqual(Buffer.from(room.rootToken));
  });

  it('reaches a cluster with the same keys by replication, before its writers go on', async () => {
    const primary = await unsealedRoom(1, 1);
    const secondary = sealRoom(primary.store.records);
    await secondary.seal.unseal(primary.keys[0] as string);
    await (await rotate(primary)).commit();
    secondary.store.apply('stream', [{ key: 'keyring', value: primary.store.records.get('keyring') as Buffer }]);
    expect(secondary.barrier.decrypt(primary.barrier.encrypt(Buffer.from('new'), 'k'), 'k').toString()).toBe('new');
  });

  it('keeps the keys it has when a keyring does not open', async () => {
    const room = await unsealedRoom();
    const foreign = (await unsealedRoom()).store.records.get('keyring') as Buffer;
    const warn = jest.spyOn(silentLogger, 'warn');
    room.store.apply('stream', [{ key: 'keyring', value: foreign }]);
    expect(await room.store.replicated.get('test/token/0')).toEqual(Buffer.from(room.rootToken));
    // As after every rekey of the primary.
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});

describe('automatic rotation', () => {
  it('is off by age, and due after the configured interval', async () => {
    const room = await unsealedRoom();
    expect(await room.rotation.rotateIfDue(NOW + 1e12)).toBe(false);
    await configure(room, { intervalSeconds: 86_400 });
    expect(await room.rotation.rotateIfDue(NOW + 86_399_999)).toBe(false);
    expect(await room.rotation.rotateIfDue(NOW + 86_400_000)).toBe(true);
    expect(room.rotation.facts()).toMatchObject({ term: 2, installTime: NOW + 86_400_000 });
  });

  it('keeps what is not changed and refuses what is out of range', async () => {
    const room = await unsealedRoom();
    await configure(room, { enabled: false });
    await configure(room, { maxOperations: 1_000_000 });
    expect(await room.rotation.rotationConfig(scopeOf(room.store.begin()))).toEqual({
      enabled: false,
      intervalSeconds: 0,
      maxOperations: 1_000_000,
    });
    await expect(configure(room, { maxOperations: 5 })).rejects.toMatchObject({ status: 400 });
    await expect(configure(room, { intervalSeconds: 60 })).rejects.toMatchObject({ status: 400 });
  });
});
