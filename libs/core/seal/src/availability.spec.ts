import { setTimeout as sleep } from 'node:timers/promises';
import { Barrier } from '@tidelock/barrier';
import { systemTimers, type Timers } from '@tidelock/core/runtime';
import { TidelockError } from '@tidelock/kernel';
import { NOW, sealRoom, unsealedRoom } from './seal-room.testing';

type Room = Awaited<ReturnType<typeof unsealedRoom>>;

const settled = async (room: Room): Promise<void> => {
  for (let turn = 0; turn < 20 && room.seal.refusal() !== undefined; turn += 1) await sleep(1);
};

/** A room whose service tells when it starts and ends, from here on. */
async function telling(onStart: (room: Room) => void = () => undefined) {
  const room = await unsealedRoom();
  const events: string[] = [];
  await room.seal.seal();
  room.seal.carry({
    name: 'unsealed',
    start: () => {
      events.push('up');
      onStart(room);
    },
    stop: () => void events.push('down'),
  });
  for (const key of room.keys.slice(0, 2)) await room.seal.unseal(key);
  events.length = 0;
  return { room, events };
}

describe('a node that loses the right to its storage', () => {
  it('serves nothing from that moment on, is not sealed, and takes the service down', async () => {
    const { room, events } = await telling();
    room.store.lose();
    expect(room.seal.refusal()).toMatchObject({ status: 503, message: 'the storage of this node cannot be reached' });
    expect(room.seal.sealed).toBe(false);
    expect(await room.seal.status()).toMatchObject({ initialized: true, sealed: false, standby: true, t: 2, n: 3 });
    await sleep(5);
    expect(events).toEqual(['down']);
  });

  it('brings the service up from what the storage says once it has it again', async () => {
    const { room, events } = await telling();
    room.store.lose();
    await sleep(5);
    room.store.regain();
    await settled(room);
    expect(events).toEqual(['down', 'up']);
    expect(room.seal.refusal()).toBeUndefined();
    expect(await room.seal.status()).toMatchObject({ sealed: false, standby: false });
  });

  it('takes the keyring into use that another node has made meanwhile', async () => {
    const room = await unsealedRoom();
    const { barrier, store } = room;
    const before = store.records.get('keyring') as Buffer;
    const rotated = barrier.rotate(5);
    barrier.reload(before);
    room.store.lose();
    store.records.set('keyring', rotated);
    room.store.regain();
    await settled(room);
    expect(barrier.keyStatus.term).toBe(2);
  });

  it('is sealed at once by a seal meanwhile, and stays so', async () => {
    const room = await unsealedRoom();
    room.store.lose();
    await room.seal.seal();
    expect(await room.seal.status()).toMatchObject({ sealed: true, standby: false });
    room.store.regain();
    await sleep(5);
    await sleep(5);
    expect(room.seal.refusal()).toMatchObject({ code: 'SEALED' });
  });

  it('believes nothing that it read before it lost the right once more', async () => {
    let again = false;
    const { room, events } = await telling(({ store }) => {
      if (again) store.lose();
      again = false;
    });
    again = true;
    room.store.lose();
    room.store.regain();
    await sleep(5);
    await sleep(5);
    expect(room.seal.refusal()).toMatchObject({ status: 503 });
    room.store.regain();
    await settled(room);
    expect(events).toEqual(['down', 'up', 'down', 'up']);
    expect(room.seal.refusal()).toBeUndefined();
  });

  it('seals where another node has made keys that its own do not open', async () => {
    const room = await unsealedRoom();
    room.store.lose();
    const other = Buffer.alloc(32, 7);
    room.store.records.set('keyring', Barrier.newKeyring(other, 1));
    room.store.regain();
    await sleep(5);
    await settled(room);
    await sleep(5);
    expect(await room.seal.status()).toMatchObject({ sealed: true });
  });

  it('keeps its keys while it waits for the key of a rekey', async () => {
    const { seal, store, barrier } = await unsealedRoom();
    const newRootKey = Buffer.alloc(32, 7);
    const value = barrier.rekey(newRootKey, NOW);
    store.apply('sync', [{ key: 'keyring', value }]);
    store.lose();
    await sleep(5);
    store.regain();
    await sleep(5);
    for (let turn = 0; turn < 20 && seal.refusal() !== undefined; turn += 1) await sleep(1);
    expect(await seal.status()).toMatchObject({ sealed: false, standby: false });
    barrier.expectRootKey(newRootKey);
    barrier.reload(value);
    expect(barrier.keyStatus.term).toBe(2);
  });

  it('keeps its keys while it waits for the one of a record that the service needs', async () => {
    let waits = 0;
    const { room } = await telling(() => {
      if (waits-- > 0) throw new TidelockError('UNKNOWN_TERM');
    });
    waits = 1;
    room.store.lose();
    await sleep(5);
    room.store.regain();
    for (let turn = 0; turn < 1000 && waits > 0; turn += 1) await sleep(1);
    expect(await room.seal.status()).toMatchObject({ sealed: false });
    for (let turn = 0; turn < 1000 && room.seal.refusal() !== undefined; turn += 1) await sleep(1);
    expect(room.seal.refusal()).toBeUndefined();
  });

  it('is sealed, and says so, when it loses the right before it was unsealed', async () => {
    const room = await unsealedRoom();
    await room.seal.seal();
    room.store.lose();
    expect(await room.seal.status()).toMatchObject({ initialized: true, sealed: true, standby: false });
  });
});

describe('a service that takes longer to end than a seal waits for it', () => {
  /** The patience of a seal flies, that of the next opening does not. */
  const timers: Timers = {
    ...systemTimers,
    after: (milliseconds, call) => systemTimers.after(milliseconds > 5000 ? milliseconds : milliseconds / 1000, call),
  };

  /** An unsealed room; `end` lets the service end. */
  async function slowRoom() {
    const room = sealRoom(undefined, undefined, timers);
    const { keys } = await room.seal.init(1, 1);
    const events: string[] = [];
    let end = (): void => undefined;
    room.seal.carry({
      name: 'unsealed',
      start: () => void events.push('up'),
      stop: async () => {
        await new Promise<void>((resolve) => (end = resolve));
        events.push('down');
      },
    });
    const unseal = () => room.seal.unseal(keys[0] as string);
    await unseal();
    return { ...room, events, unseal, end: () => end() };
  }
  type SlowRoom = Awaited<ReturnType<typeof slowRoom>>;

  it('seals no node that loses its storage twice meanwhile', async () => {
    const { seal, store, events, end } = await slowRoom();
    for (let time = 0; time < 2; time += 1) {
      store.lose();
      await sleep(20);
      store.regain();
    }
    await sleep(10);
    expect([events, seal.sealed]).toEqual([['up'], false]);
    end();
    while (seal.refusal() !== undefined) await sleep(1);
    expect(events).toEqual(['up', 'down', 'up']);
  });

  it.each<[string, (room: SlowRoom) => Promise<unknown>]>([
    ['two seals at a time', ({ seal }) => Promise.all([seal.seal(), seal.seal()])],
    ['a seal while the storage is away', async ({ seal, store }) => (store.lose(), await sleep(5), await seal.seal())],
  ])('is waited for by the next unseal behind %s', async (_what, sealing) => {
    const room = await slowRoom();
    await sealing(room);
    room.store.regain();
    const unsealed = room.unseal();
    await sleep(10);
    expect(room.events).toEqual(['up']);
    room.end();
    expect(await unsealed).toMatchObject({ sealed: false });
    expect(room.events).toEqual(['up', 'down', 'up']);
  });
});
