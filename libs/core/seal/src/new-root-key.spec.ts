import { TestRuntime } from '@tidelock/core/runtime/testing';
import { scopeOf } from '@tidelock/core/scope';
import { silentLogger } from '@tidelock/kernel';
import { NewRootKey } from './new-root-key';
import { ANYBODY, NOW, sealRoom, ServiceSeal, unsealedRoom } from './seal-room.testing';

describe('a secondary whose primary makes a new root key', () => {
  let runtime: TestRuntime;
  beforeEach(() => void (runtime = new TestRuntime(NOW)));
  const passes = (milliseconds: number) => runtime.advance(milliseconds);

  async function set(ownSeal?: ServiceSeal) {
    const primary = await unsealedRoom(1, 1);
    const secondary = sealRoom(primary.store.records, ownSeal);
    await secondary.seal.unseal(primary.keys[0] as string);
    const asked: string[] = [];
    const answers: (() => Buffer | undefined)[] = [];
    const newRootKey = new NewRootKey({
      store: secondary.store.asStore(),
      barrier: secondary.barrier,
      keep: () => secondary.clusterSeal.keep(),
      logger: silentLogger,
      ask: async () => {
        asked.push('asked');
        return (answers.shift() ?? (() => primary.barrier.rootKey))();
      },
    });
    const living = await runtime.root.begin(newRootKey);
    secondary.rotation.follow(() => newRootKey.needed());
    let unsealKey = primary.keys[0] as string;
    const follow = (...keys: string[]) =>
      secondary.store.apply(
        'stream',
        keys.flatMap((key) => {
          const value = primary.store.records.get(key);
          return value ? [{ key, value }] : [];
        }),
      );
    const rekey = async () => {
      const { nonce } = await primary.rekey.start({ shares: 1, threshold: 1, requireVerification: false }, ANYBODY);
      const { keys } = await primary.rekey.update(unsealKey, nonce, ANYBODY);
      unsealKey = keys[0] as string;
      return unsealKey;
    };
    const write = async (value: string) => {
      const unit = primary.store.begin();
      unit.replicated.put('k', Buffer.from(value));
      await unit.commit();
      follow('k');
    };
    const read = async () => (await secondary.store.replicated.get('k'))?.toString();
    return { primary, secondary, newRootKey, living, asked, answers, follow, rekey, write, read };
  }

  it('asks it, and reads on what is written under it', async () => {
    const { asked, rekey, follow, write, read, secondary } = await set();
    const unsealKey = await rekey();
    follow('keyring', 'seal-config');
    await passes(1);
    expect(asked).toHaveLength(1);
    await write('new');
    expect(await read()).toBe('new');
    await secondary.seal.seal();
    await secondary.seal.unseal(unsealKey);
    expect(await read()).toBe('new');
  });

  it('is there for whoever waits for it, and is asked for once by all of them', async () => {
    const { asked, newRootKey, rekey, follow, write, read } = await set();
    await rekey();
    follow('keyring', 'seal-config');
    const { signal } = new AbortController();
    await Promise.all([newRootKey.fetch(signal), newRootKey.fetch(signal), passes(1)]);
    expect(asked).toHaveLength(1);
    await write('new');
    expect(await read()).toBe('new');
  });

  it('goes on with the keys it has while the primary is away, and asks again', async () => {
    const { asked, answers, rekey, follow, write, read, secondary } = await set();
    await write('old');
    const away = () => {
      throw new Error('away');
    };
    answers.push(away, away);
    await rekey();
    follow('keyring', 'seal-config');
    await passes(1);
    expect(await read()).toBe('old');
    await expect(async () => {
      const unit = secondary.store.begin();
      await secondary.rotation.rotate(scopeOf(unit), NOW);
    }).rejects.toMatchObject({ status: 503, message: expect.stringContaining('new unseal keys') });
    await passes(500);
    await write('new');
    await passes(1000);
    expect(asked).toHaveLength(3);
    expect(await read()).toBe('new');
    await passes(600_000);
    expect(asked).toHaveLength(3);
  });

  it('asks again after an answer that is a rekey behind, or ahead', async () => {
    const { answers, rekey, follow, write, read, primary, secondary } = await set();
    const former = primary.barrier.rootKey;
    answers.push(() => former);
    await rekey();
    follow('keyring', 'seal-config');
    const first = primary.store.records.get('keyring') as Buffer;
    await rekey();
    await passes(500);
    // The answer was the second root key, and the keyring here is the first one's.
    expect(secondary.barrier.opens(first)).toBe(false);
    follow('keyring', 'seal-config');
    await write('new');
    expect(await read()).toBe('new');
  });

  it('asks when it comes up with a keyring that it cannot open, and nobody where there is nobody', async () => {
    const { asked, answers, rekey, follow, newRootKey, living } = await set();
    await passes(1);
    expect(asked).toHaveLength(0);
    answers.push(() => undefined);
    await rekey();
    follow('keyring', 'seal-config');
    await passes(60_000);
    expect(asked).toHaveLength(1);
    await living.end();
    await runtime.root.begin(newRootKey);
    await passes(1);
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['has to ask for', false],
    ['was told beforehand', true],
  ])('puts a root key that it %s behind its own seal', async (_, told) => {
    const seal = new ServiceSeal();
    const { primary, secondary, asked, rekey, follow } = await set(seal);
    await passes(1);
    await rekey();
    if (told) secondary.barrier.expectRootKey(primary.barrier.rootKey);
    follow('keyring', 'seal-config');
    await passes(1);
    expect(asked).toHaveLength(told ? 0 : 1);
    await secondary.seal.seal();
    await secondary.seal.recover();
    expect(secondary.barrier.rootKeyId).toBe(primary.barrier.rootKeyId);
  });
});
