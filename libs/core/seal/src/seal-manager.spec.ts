import type { Part } from '@tidelock/core/runtime';
import { hasty, sealRoom, unsealedRoom } from './seal-room.testing';

describe('initialising', () => {
  it('makes shares and a root token, and leaves the cluster sealed', async () => {
    const { seal, barrier, store, tokens } = sealRoom();
    const { keys, keysBase64, rootToken } = await seal.init(5, 3);
    expect(keys).toHaveLength(5);
    expect(keysBase64.map((key) => Buffer.from(key, 'base64').toString('hex'))).toEqual(keys);
    expect(tokens.made).toEqual([rootToken]);
    expect(barrier.sealed).toBe(true);
    expect([...store.records.keys()]).toEqual(['keyring', 'seal-config', 'test/token/0']);
    expect(await seal.status()).toEqual({
      initialized: true,
      sealed: true,
      standby: false,
      t: 3,
      n: 5,
      progress: 0,
      nonce: '',
      type: 'shamir',
      recoverable: false,
    });
  });

  it('stores neither the root key nor a share in the clear', async () => {
    const { store, barrier, keys } = await unsealedRoom();
    const stored = Buffer.concat([...store.records.values()]);
    for (const secret of [barrier.rootKey, ...keys.map((key) => Buffer.from(key, 'hex'))]) {
      expect(stored.includes(secret)).toBe(false);
      expect(stored.includes(secret.toString('base64'))).toBe(false);
    }
  });

  it('happens once, even when asked for twice at the same time', async () => {
    const { seal } = sealRoom();
    const [first, second] = await Promise.allSettled([seal.init(1, 1), seal.init(1, 1)]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ reason: { status: 400, message: 'Vault is already initialized' } });
  });

  it('refuses a threshold above the number of shares', async () => {
    await expect(sealRoom().seal.init(2, 3)).rejects.toMatchObject({
      status: 400,
      message: 'invalid seal configuration: threshold cannot be larger than shares',
    });
  });

  it('leaves nothing behind when the store refuses, and makes the tokens forget what they cached', async () => {
    const { seal, store, barrier, tokens } = sealRoom();
    store.failing = true;
    await expect(seal.init(1, 1)).rejects.toThrow('the disk is full');
    expect(barrier.sealed).toBe(true);
    expect(tokens.forgotten).toBe(1);
    expect((await seal.status()).initialized).toBe(false);
  });

  it('unseals at once in development mode, with the token that was asked for', async () => {
    const { seal, tokens } = sealRoom();
    const { unsealKey, rootToken } = await seal.initWith('root');
    expect([rootToken, tokens.made]).toEqual(['root', ['root']]);
    expect(seal.sealed).toBe(false);
    await seal.seal();
    expect((await seal.unseal(unsealKey)).sealed).toBe(false);
  });
});

describe('unsealing', () => {
  it('counts different shares, under one nonce, and unseals at the threshold', async () => {
    const { seal, barrier } = sealRoom();
    const { keys, keysBase64 } = await seal.init(5, 3);
    const first = await seal.unseal(keys[4] as string);
    expect(first).toMatchObject({ sealed: true, progress: 1, nonce: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(await seal.unseal(keysBase64[4] as string)).toEqual(first);
    expect(await seal.unseal(keys[0] as string)).toEqual({ ...first, progress: 2 });
    expect(await seal.unseal(keys[2] as string)).toEqual({ ...first, sealed: false, progress: 0, nonce: '' });
    expect(barrier.sealed).toBe(false);
  });

  it('counts shares that arrive at the same time', async () => {
    const { seal } = sealRoom();
    const { keys } = await seal.init(5, 5);
    const states = await Promise.all(keys.map((key) => seal.unseal(key)));
    expect(states.map(({ progress, sealed }) => [progress, sealed])).toEqual([
      [1, true],
      [2, true],
      [3, true],
      [4, true],
      [0, false],
    ]);
  });

  it('starts over after a wrong set of shares', async () => {
    const [{ seal }, other] = [sealRoom(), sealRoom()];
    const { keys } = await seal.init(3, 2);
    const foreign = (await other.seal.init(3, 2)).keys;
    await seal.unseal(foreign[0] as string);
    await expect(seal.unseal(foreign[1] as string)).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(
        /^unable to retrieve stored keys: .*cipher: message authentication failed; after a rekey the new unseal keys .* on a replication secondary those of its primary$/,
      ),
    });
    expect(await seal.status()).toMatchObject({ progress: 0, nonce: '', sealed: true });
    await seal.unseal(keys[0] as string);
    expect((await seal.unseal(keys[1] as string)).sealed).toBe(false);
  });

  it('answers 400 to shares that do not fit together', async () => {
    const { seal } = sealRoom();
    const { keys } = await seal.init(3, 2);
    await seal.unseal(keys[0] as string);
    await expect(seal.unseal((keys[1] as string).slice(0, 40))).rejects.toMatchObject({
      status: 400,
      message: expect.stringMatching(
        /^Unseal failed, invalid key; after a rekey the new unseal keys .* those of its primary$/,
      ),
    });
  });

  it.each([
    ['', "'key' must be specified in request body as JSON"],
    ['not a key!', "'key' must be a valid hex or base64 string"],
    ['abcd', 'invalid key: key is shorter than minimum 16 bytes'],
    ['ab'.repeat(34), 'invalid key: key is longer than maximum 33 bytes'],
  ])('refuses %j', async (key, message) => {
    const { seal } = sealRoom();
    await seal.init(1, 1);
    await expect(seal.unseal(key)).rejects.toMatchObject({ status: 400, message });
  });

  it('says that there is nothing to unseal before initialisation', async () => {
    await expect(sealRoom().seal.unseal('ab'.repeat(32))).rejects.toMatchObject({
      status: 400,
      message: 'Vault is not initialized',
    });
  });

  it('can be reset while it runs, and only then', async () => {
    const { seal, keys } = await unsealedRoom();
    await expect(seal.resetUnseal()).rejects.toMatchObject({ status: 400, message: 'vault is unsealed' });
    await seal.seal();
    await seal.unseal(keys[0] as string);
    expect(await seal.resetUnseal()).toMatchObject({ progress: 0, nonce: '' });
  });

  it('is no error when unsealed already', async () => {
    const { seal, keys } = await unsealedRoom();
    expect(await seal.unseal(keys[2] as string)).toMatchObject({ sealed: false, progress: 0 });
  });

  it('starts what stands on the barrier before it answers', async () => {
    const { seal } = sealRoom();
    const steps: string[] = [];
    seal.carry({
      name: 'unsealed',
      start: async () => {
        await new Promise(setImmediate);
        steps.push(`mounts, ${seal.sealed ? 'sealed' : 'unsealed'}`);
      },
    });
    const { keys } = await seal.init(1, 1);
    await seal.unseal(keys[0] as string);
    expect(steps).toEqual(['mounts, sealed']);
    expect([seal.sealed, seal.refusal()]).toEqual([false, undefined]);
  });

  it('seals again and answers 500 when a part cannot start, and ends those that have', async () => {
    const { seal, barrier } = sealRoom();
    const forget = jest.fn();
    const { keys } = await seal.init(1, 1);
    seal.carry({
      name: 'unsealed',
      start: async (life) => {
        await life.begin({ name: 'policies', stop: forget });
        throw new Error('no mounts');
      },
    });
    await expect(seal.unseal(keys[0] as string)).rejects.toMatchObject({ status: 500, message: 'internal error' });
    expect([seal.sealed, barrier.sealed]).toEqual([true, true]);
    expect(forget).toHaveBeenCalledTimes(1);
  });
});

describe('sealing', () => {
  it('forgets the keys once what stands on the barrier has ended, in reverse order, although one fails', async () => {
    const { seal, barrier, keys } = await unsealedRoom();
    await seal.seal();
    const steps: string[] = [];
    const ending = (name: string): Part => ({ name, stop: () => void steps.push(`${name}, ${barrier.sealed}`) });
    seal.carry({
      name: 'unsealed',
      start: async (life) => {
        await life.begin(ending('mounts'));
        await life.begin({ name: 'audit', stop: () => Promise.reject(new Error('stuck')) });
        await life.begin(ending('leases'));
      },
    });
    for (const key of keys.slice(0, 2)) await seal.unseal(key);
    await seal.seal();
    expect(steps).toEqual(['leases, false', 'mounts, false']);
    expect(barrier.sealed).toBe(true);
    expect(seal.refusal()).toMatchObject({ code: 'SEALED', status: 503 });
  });
});

describe('unsealing while a part is still busy with the seal', () => {
  it('waits for it: what it forgets late must not be what was read anew', async () => {
    const { seal } = sealRoom();
    const { keys } = await seal.init(1, 1);
    const steps: string[] = [];
    let finish = (): void => undefined;
    seal.carry({
      name: 'unsealed',
      start: () => void steps.push('read'),
      stop: async () => {
        await new Promise<void>((resolve) => (finish = resolve));
        steps.push('forgotten');
      },
    });
    await seal.unseal(keys[0] as string);
    await seal.seal();
    const unsealing = seal.unseal(keys[0] as string);
    await new Promise((wake) => setTimeout(wake, 20));
    expect([steps, seal.sealed]).toEqual([['read'], true]);
    finish();
    await unsealing;
    expect([steps, seal.sealed]).toEqual([['read', 'forgotten', 'read'], false]);
  });
});

describe('a change of role', () => {
  it('is left sealed when the change fails', async () => {
    const { seal, barrier } = await unsealedRoom();
    await expect(seal.reopen(() => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    expect([seal.sealed, barrier.sealed]).toEqual([true, true]);
  });
});

describe('a part that hangs as the service ends', () => {
  const forever = (): Promise<void> => new Promise(() => undefined);

  /** An unsealed room whose time flies, with a task that ignores its signal. */
  async function stuckRoom() {
    const room = sealRoom(undefined, undefined, hasty);
    const { keys } = await room.seal.init(1, 1);
    const steps: string[] = [];
    let running = (): void => undefined;
    const run = new Promise<void>((resolve) => (running = resolve));
    const task = { name: 'rotate', run: () => (running(), forever()) };
    room.seal.carry({
      name: 'unsealed',
      start: async (life) => {
        steps.push('up');
        await life.begin({ name: 'mounts', tasks: [task], stop: () => void steps.push('forgotten') });
      },
    });
    await room.seal.unseal(keys[0] as string);
    await run;
    return { ...room, key: keys[0] as string, steps };
  }

  it('holds no unseal up for ever: it is named in the log, and what it would forget is forgotten first', async () => {
    const { seal, key, steps, log } = await stuckRoom();
    await seal.seal();
    expect((await seal.unseal(key)).sealed).toBe(false);
    expect(steps).toEqual(['up', 'forgotten', 'up']);
    expect(log).toContainEqual([
      'a part of the service hangs as it ends; it is left behind',
      { part: 'node/opened/unsealed/mounts', what: 'node/opened/unsealed/mounts/rotate' },
    ]);
  });

  it('holds no join up for ever', async () => {
    const { seal, steps } = await stuckRoom();
    await seal.reopen(async () => void steps.push('joined'));
    expect(steps).toEqual(['up', 'forgotten', 'joined', 'up']);
    expect(seal.refusal()).toBeUndefined();
  });

  it('holds up no node that has its storage again', async () => {
    const { seal, store, steps } = await stuckRoom();
    store.lose();
    store.regain();
    while (seal.refusal() !== undefined) await new Promise((wake) => setTimeout(wake, 10));
    expect(steps).toEqual(['up', 'forgotten', 'up']);
  });
});
