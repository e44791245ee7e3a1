import type { KeyHolder } from '@tidelock/engine-api';
import { ANYBODY, OPERATOR, unsealedRoom } from './seal-room.testing';

const NEW = { shares: 4, threshold: 3, requireVerification: false };
const MINUTE = 60_000;
type Room = Awaited<ReturnType<typeof unsealedRoom>>;

/** The two operations that use a slot. */
const OPERATIONS = [
  [
    'root generation',
    (room: Room) => ({
      start: (by: KeyHolder) => room.rootGeneration.start('', by),
      cancel: (nonce: string, by: KeyHolder) => room.rootGeneration.cancel(nonce, by),
      update: (key: string, nonce: string, by: KeyHolder) => room.rootGeneration.update(key, nonce, by),
      status: () => room.rootGeneration.status(),
    }),
  ],
  [
    'rekey',
    (room: Room) => ({
      start: (by: KeyHolder) => room.rekey.start(NEW, by),
      cancel: (nonce: string, by: KeyHolder) => room.rekey.cancel(nonce, by),
      update: (key: string, nonce: string, by: KeyHolder) => room.rekey.update(key, nonce, by),
      status: () => room.rekey.status(),
    }),
  ],
] as const;

describe.each(OPERATIONS)('a %s, which needs no token', (name, of) => {
  const begun = async (by: KeyHolder) => {
    const room = await unsealedRoom();
    const { nonce } = await of(room).start(by);
    return { room, ours: of(room), nonce, key: room.keys[0] as string };
  };

  it('gives way to one that is begun with a token, and that one to nobody', async () => {
    const { ours, nonce, key } = await begun(ANYBODY);
    await ours.update(key, nonce, ANYBODY);
    await expect(ours.start(ANYBODY)).rejects.toThrow(`${name} already in progress`);
    const second = await ours.start(OPERATOR);
    expect(second).toMatchObject({ started: true, progress: 0 });
    expect(second.nonce).not.toBe(nonce);
    for (const by of [ANYBODY, OPERATOR]) await expect(ours.start(by)).rejects.toThrow(`${name} already in progress`);
    expect((await ours.status()).nonce).toBe(second.nonce);
  });

  it('is cancelled with its nonce, or with a token', async () => {
    const { ours, nonce } = await begun(ANYBODY);
    for (const wrong of ['', 'other'])
      await expect(ours.cancel(wrong, ANYBODY)).rejects.toMatchObject({
        status: 400,
        message: expect.stringContaining('nonce'),
      });
    await ours.cancel(nonce, ANYBODY);
    expect((await ours.status()).started).toBe(false);
    await ours.start(ANYBODY);
    await ours.cancel('', OPERATOR);
    expect((await ours.status()).started).toBe(false);
    await ours.cancel('', ANYBODY);
  });

  it('that was begun with a token is cancelled with one only: everybody can read the nonce', async () => {
    const { ours, nonce } = await begun(OPERATOR);
    await expect(ours.cancel(nonce, ANYBODY)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('sudo'),
    });
    await ours.cancel('', OPERATOR);
    expect((await ours.status()).started).toBe(false);
  });

  it('ends after ten minutes without a share, and a day after the last one', async () => {
    const { room, ours } = await begun(ANYBODY);
    room.clock.time += 10 * MINUTE - 1;
    expect((await ours.status()).started).toBe(true);
    room.clock.time += 1;
    expect((await ours.status()).started).toBe(false);
    const { nonce } = await ours.start(ANYBODY);
    await ours.update(room.keys[0] as string, nonce, ANYBODY);
    room.clock.time += 24 * 60 * MINUTE - 1;
    expect(await ours.status()).toMatchObject({ started: true, progress: 1 });
    room.clock.time += 1;
    expect(await ours.status()).toMatchObject({ started: false, progress: 0 });
  });

  it('keeps the right shares, however many wrong ones come between them', async () => {
    const { ours, nonce, room } = await begun(ANYBODY);
    const other = await unsealedRoom(9, 2);
    await ours.update(room.keys[2] as string, nonce, ANYBODY);
    for (const key of other.keys) await expect(ours.update(key, nonce, ANYBODY)).rejects.toMatchObject({ status: 400 });
    expect(await ours.update(room.keys[0] as string, nonce, ANYBODY)).toMatchObject({ complete: true });
  });

  it('can be begun by an address only so often; whoever has a token, and others, are not held up', async () => {
    const { ours } = await begun(ANYBODY);
    const refusals: number[] = [];
    for (let call = 0; call < 40; call += 1)
      await ours.start(ANYBODY).catch((error: { status: number }) => refusals.push(error.status));
    expect([
      refusals.filter((status) => status === 400).length,
      refusals.filter((status) => status === 429).length,
    ]).toEqual([29, 11]);
    await expect(ours.start({ ...ANYBODY, remoteAddress: '192.0.2.9' })).rejects.toMatchObject({ status: 400 });
    expect(await ours.start(OPERATOR)).toMatchObject({ started: true });
  });

  it('takes only so many shares of an address', async () => {
    const { ours, nonce } = await begun(ANYBODY);
    const wrong = 'ab'.repeat(33);
    const statuses: number[] = [];
    for (let call = 0; call < 301; call += 1)
      await ours.update(wrong, nonce, ANYBODY).catch((error: { status: number }) => statuses.push(error.status));
    expect([statuses[299], statuses[300]]).toEqual([400, 429]);
  });

  it('is on record with its addresses, and without a secret', async () => {
    const { room, ours, nonce, key } = await begun(ANYBODY);
    await ours.update(key, nonce, ANYBODY);
    await expect(ours.update('ab'.repeat(33), nonce, ANYBODY)).rejects.toBeDefined();
    await ours.update(room.keys[1] as string, nonce, OPERATOR);
    const anybody = { remoteAddress: '192.0.2.1', requestId: 'request-1' };
    const operator = { remoteAddress: '192.0.2.2', requestId: 'request-2', by: 'token-ops', accessor: 'acc-2' };
    expect(room.log).toEqual([
      [`a ${name} was begun`, { ...anybody, withToken: false }],
      [`a share was given for the ${name}`, { ...anybody, progress: 1, required: 2 }],
      [`a wrong share was given for the ${name}`, anybody],
      [`a share was given for the ${name}`, { ...operator, progress: 2, required: 2 }],
      [`the ${name} is complete`, operator],
    ]);
  });

  it('floods no log', async () => {
    const { room, ours, nonce } = await begun(ANYBODY);
    for (let call = 0; call < 500; call += 1) await ours.update('ab'.repeat(33), nonce, ANYBODY).catch(() => undefined);
    expect(room.log.length).toBeLessThan(20);
  });
});
