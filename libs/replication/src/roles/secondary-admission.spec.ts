import type { Store } from '@tidelock/store';
import { newStore } from '../specs/memory-store.testing';
import type { KnownSecondary } from './known-secondary';
import type { SecondaryRegistry } from './secondary-registry';
import { addTo, KEY, loadedRegistry, revokeFrom, secondary } from './secondary-registry.testing';

describe('A primary lets calls of a secondary in by its state:', () => {
  let store: Store;
  let registry: SecondaryRegistry;

  beforeEach(async () => {
    store = await newStore();
    registry = await loadedRegistry(store);
  });
  afterEach(async () => {
    registry.close();
    await store.close();
  });

  const revoke = (id: string): Promise<void> => revokeFrom(registry, store, id);
  const add = (more: KnownSecondary): Promise<void> => addTo(registry, store, more);
  const admitted = (call: string, now = 50, id = 'us-east') => registry.requireAdmitted(id, call, now);
  const OTHER_KEY = { ...KEY, x: 'other' };

  it('before it has joined, a secondary may ask for its keys and nothing else', async () => {
    await add(secondary('us-east', { expiresAt: 100 }));
    await admitted('bootstrap');
    for (const call of ['forward', 'reapply', 'heartbeat', 'merkle-scan', 'stream-keys', 'constructor']) {
      await expect(admitted(call)).rejects.toMatchObject({ status: 403, message: expect.stringContaining('has not joined') });
    }
    await expect(admitted('forward', 101)).rejects.toMatchObject({ status: 403, message: expect.stringContaining('has expired') });
  });

  it('afterwards it may call everything, and ask for its keys no more', async () => {
    await add(secondary('us-east', { expiresAt: 100 }));
    await registry.activate('us-east', KEY, 50);
    await admitted('heartbeat');
    expect(registry.all()).toEqual([secondary('us-east', { state: 'active', publicKey: KEY })]);
    await expect(registry.activate('us-east', KEY, 50)).rejects.toMatchObject({ status: 400, message: expect.stringContaining('has joined already') });
    registry.close();
    registry = await loadedRegistry(store);
    await expect(registry.activate('us-east', KEY, 50)).rejects.toMatchObject({ status: 400 });
  });

  it('until its first other call it may ask again, in time and with the same key: an answer may have been lost', async () => {
    await add(secondary('us-east', { expiresAt: 100 }));
    await registry.activate('us-east', KEY, 50);
    await expect(registry.activate('us-east', OTHER_KEY, 60)).rejects.toMatchObject({ status: 400, message: expect.stringContaining('has joined already') });
    await expect(registry.activate('us-east', KEY, 101)).rejects.toMatchObject({ status: 400, message: expect.stringContaining('has expired') });
    await registry.activate('us-east', KEY, 100);
    expect(await registry.publicKeyOf('us-east')).toEqual(KEY);
  });

  it('when it is revoked, or is being revoked, nothing', async () => {
    await add(secondary('us-east', { state: 'active' }));
    await registry.refuseDuring('us-east', async () => {
      await expect(admitted('heartbeat')).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
    });
    await admitted('heartbeat');
    await revoke('us-east');
    for (const call of ['bootstrap', 'heartbeat', 'forward']) await expect(admitted(call)).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
    await expect(admitted('bootstrap', 50, 'nobody')).rejects.toMatchObject({ code: 'PRIMARY_UNREACHABLE' });
  });
});
