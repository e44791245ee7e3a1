import { ANYBODY, sealRoom, ServiceSeal, unsealedRoom } from './seal-room.testing';

type Room = ReturnType<typeof sealRoom>;

const rowIn = ({ store }: Room): Record<string, string> =>
  JSON.parse((store.rows.get('seal') as Buffer).toString('utf8')) as Record<string, string>;

const rekeyed = async ({ rekey }: Room, keys: readonly string[]): Promise<readonly string[]> => {
  const { nonce } = await rekey.start({ shares: 1, threshold: 1, requireVerification: false }, ANYBODY);
  await rekey.update(keys[0] as string, nonce, ANYBODY);
  return (await rekey.update(keys[1] as string, nonce, ANYBODY)).keys;
};

/** The same database under another process. */
function restarted(room: Room, own?: ServiceSeal): Room {
  const next = sealRoom(room.store.records, own);
  for (const [key, value] of room.store.rows) next.store.rows.set(key, value);
  return next;
}

describe("the record of a cluster's own seal", () => {
  it('names a Shamir seal, and holds no key', async () => {
    const room = await unsealedRoom();
    expect(rowIn(room)).toEqual({ type: 'shamir' });
  });

  it('comes to a store of an older build with the first unseal', async () => {
    const room = await unsealedRoom();
    room.store.rows.clear();
    const later = restarted(room);
    for (const key of room.keys.slice(0, 2)) await later.seal.unseal(key);
    expect(rowIn(later)).toEqual({ type: 'shamir' });
  });

  it('refuses an unseal where it names another seal than the configuration', async () => {
    const room = await unsealedRoom(3, 2, new ServiceSeal());
    await expect(restarted(room).seal.unseal(room.keys[0] as string)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('"service", and its configuration names "shamir"'),
    });
  });
});

describe('a seal that unseals without operators', () => {
  it('brings the root key back by itself, and only where it is one', async () => {
    const [service, operators] = [new ServiceSeal(), await unsealedRoom()];
    const room = await unsealedRoom(3, 2, service);
    const later = restarted(room, service);
    await later.seal.recover();
    expect(await later.seal.status()).toMatchObject({ sealed: false, type: 'service', recoverable: true });
    expect((await later.store.replicated.get('test/token/0'))?.toString()).toBe(room.rootToken);
    await operators.seal.seal();
    await operators.seal.recover();
    expect(operators.seal.sealed).toBe(true);
  });

  it('leaves the cluster sealed while its service is away: the shares open it', async () => {
    const service = new ServiceSeal();
    const room = await unsealedRoom(3, 2, service);
    const later = restarted(room, service);
    service.away = true;
    await expect(later.seal.recover()).rejects.toThrow('the service is away');
    for (const key of room.keys.slice(0, 2)) await later.seal.unseal(key);
    expect(later.seal.sealed).toBe(false);
  });

  it('brings the root key back right after the cluster was initialised', async () => {
    const room = sealRoom(undefined, new ServiceSeal());
    await room.seal.init(3, 2);
    await room.seal.recover();
    expect(room.seal.sealed).toBe(false);
  });

  it('has nothing to bring back before the cluster is initialised', async () => {
    const { seal } = sealRoom(undefined, new ServiceSeal());
    await seal.recover();
    expect(seal.sealed).toBe(true);
  });

  it("keeps its wrapped key out of what is replicated, and the set's shares out of its own record", async () => {
    const room = await unsealedRoom(3, 2, new ServiceSeal());
    const wrapped = rowIn(room)['wrappedRootKey'] as string;
    const replicated = Buffer.concat([...room.store.records.values()]);
    expect(replicated.includes(wrapped)).toBe(false);
    expect(replicated.includes(Buffer.from(wrapped, 'base64'))).toBe(false);
    expect(Object.keys(rowIn(room)).sort()).toEqual(['rootKeyId', 'type', 'wrappedRootKey']);
  });

  it('takes the new root key of a rekey with the same commit', async () => {
    const service = new ServiceSeal();
    const room = await unsealedRoom(3, 2, service);
    const keys = await rekeyed(room, room.keys);
    const later = restarted(room, service);
    await later.seal.recover();
    expect([later.seal.sealed, later.barrier.rootKeyId]).toEqual([false, room.barrier.rootKeyId]);
    await later.seal.seal();
    await later.seal.unseal(keys[0] as string);
    expect(later.seal.sealed).toBe(false);
  });

  it('stops a rekey that it does not take the root key of', async () => {
    const service = new ServiceSeal();
    const room = await unsealedRoom(3, 2, service);
    const before = new Map(room.store.records);
    service.away = true;
    await expect(rekeyed(room, room.keys)).rejects.toThrow('the service is away');
    expect(room.store.records).toEqual(before);
  });

  it('takes the root key that an unseal with shares has brought', async () => {
    const service = new ServiceSeal();
    const primary = await unsealedRoom(3, 2, service);
    const rowBefore = primary.store.rows.get('seal') as Buffer;
    const keys = await rekeyed(primary, primary.keys);
    primary.store.rows.set('seal', rowBefore);
    const later = restarted(primary, service);
    await expect(later.seal.recover()).rejects.toMatchObject({ code: 'CORRUPT_RECORD' });
    await later.seal.unseal(keys[0] as string);
    const again = restarted(later, service);
    await again.seal.recover();
    expect(again.seal.sealed).toBe(false);
  });
});
