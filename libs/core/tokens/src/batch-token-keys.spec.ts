import { Barrier } from '@tidelock/barrier';
import { RunningPart, systemTimers } from '@tidelock/core/runtime';
import { silentLogger, systemClock } from '@tidelock/kernel';
import { type ClusterStore, openStore } from '@tidelock/store';
import { randomBytes } from 'node:crypto';
import { BATCH_TOKEN_KEY, BatchTokenKeys } from './batch-token-keys';

const NOW = 1_700_000_000_000;

describe('the keys of batch tokens', () => {
  const opened: { readonly runtime: RunningPart; readonly store: ClusterStore }[] = [];
  const rootKey = randomBytes(32);
  const keyring = Barrier.newKeyring(rootKey, NOW);

  async function cluster(writesHere: boolean, ask: () => Promise<string | undefined> = async () => undefined) {
    const role = { writesHere };
    const barrier = new Barrier();
    barrier.unseal(rootKey, keyring);
    const store = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
    const keys = new BatchTokenKeys({
      store,
      barrier,
      writesHere: () => role.writesHere,
      ask,
      tellsOfTrust: (key) => key.startsWith('core/member/'),
    });
    const runtime = RunningPart.root('node', { timers: systemTimers, clock: systemClock, logger: silentLogger });
    opened.push({ runtime, store });
    return { role, barrier, store, keys, runtime, living: await runtime.begin(keys) };
  }
  const follow = async (from: ClusterStore, to: ClusterStore) =>
    to.applySync([{ key: BATCH_TOKEN_KEY, value: (await from.replicated.getSealed(BATCH_TOKEN_KEY)) as Buffer }]);
  /** A primary, and two that follow it: one is given the set's key, the other is not. */
  async function setOfThree() {
    const primary = await cluster(true);
    await primary.keys.load();
    const trusted = await cluster(false, () => primary.keys.keyOfSet());
    const bounded = await cluster(false);
    for (const { store, keys } of [trusted, bounded]) {
      await follow(primary.store, store);
      await keys.load();
    }
    return { primary, trusted, bounded };
  }
  const seal = (keys: BatchTokenKeys) => keys.encrypt(Buffer.from('entry'), 'batch-token');
  const opens = (keys: BatchTokenKeys, sealed: Buffer) => {
    try {
      return keys.decrypt(sealed, 'batch-token').toString();
    } catch {
      return undefined;
    }
  };
  afterEach(async () => {
    for (const { runtime, store } of opened.splice(0)) {
      await runtime.end();
      await store.close();
    }
  });

  it("open on every cluster that the primary gives the set's key to, and on no other", async () => {
    const { primary, trusted, bounded } = await setOfThree();
    const sealed = seal(primary.keys);
    expect([primary, trusted, bounded].map(({ keys }) => opens(keys, sealed))).toEqual(['entry', 'entry', undefined]);
    const own = seal(bounded.keys);
    expect([primary, trusted, bounded].map(({ keys }) => opens(keys, own))).toEqual([undefined, undefined, 'entry']);
  });

  it('end with a generation, also for who holds every key of the one before', async () => {
    const primary = await cluster(true);
    const ended = jest.fn();
    primary.keys.onEnded(ended);
    await primary.keys.load();
    const revoked = await cluster(false, () => primary.keys.keyOfSet());
    await follow(primary.store, revoked.store);
    await revoked.keys.load();
    const before = seal(primary.keys);
    ended.mockClear();
    const unit = primary.store.begin();
    await primary.keys.begin(unit);
    await unit.commit();
    expect(ended).toHaveBeenCalledTimes(1);
    await primary.keys.keyOfSet();
    expect(opens(primary.keys, before)).toBeUndefined();
    expect(opens(primary.keys, seal(revoked.keys))).toBeUndefined();
    expect(opens(primary.keys, seal(primary.keys))).toBe('entry');
  });

  it('survive a seal, and begin anew after a rekey', async () => {
    const primary = await cluster(true);
    await primary.keys.load();
    const sealed = seal(primary.keys);
    await primary.living.end();
    expect(opens(primary.keys, sealed)).toBeUndefined();
    await primary.runtime.begin(primary.keys);
    await primary.keys.load();
    expect(opens(primary.keys, sealed)).toBe('entry');
    const newRootKey = randomBytes(32);
    primary.barrier.expectRootKey(newRootKey);
    primary.barrier.reload(primary.barrier.rekey(newRootKey, NOW));
    await primary.keys.load();
    expect(opens(primary.keys, sealed)).toBeUndefined();
  });

  it('wait for the root key of a rekey, without damage and without a failure', async () => {
    const primary = await cluster(true);
    await primary.keys.load();
    const ask = jest.fn(() => primary.keys.keyOfSet());
    const secondary = await cluster(false, ask);
    const healer = jest.fn(async () => undefined);
    secondary.store.healReadsWith(healer);
    await follow(primary.store, secondary.store);
    await secondary.keys.load();
    const newRootKey = randomBytes(32);
    primary.barrier.expectRootKey(newRootKey);
    const rekeyed = primary.barrier.rekey(newRootKey, NOW);
    primary.barrier.reload(rekeyed);
    await primary.keys.load();
    ask.mockClear();
    expect(() => secondary.barrier.reload(rekeyed)).toThrow();
    await follow(primary.store, secondary.store);
    await secondary.keys.load();
    expect(opens(secondary.keys, seal(secondary.keys))).toBe('entry');
    expect([ask, healer].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
    secondary.barrier.expectRootKey(newRootKey);
    secondary.barrier.reload(rekeyed);
    secondary.keys.rekeyed();
    await secondary.keys.load();
    expect(opens(secondary.keys, seal(primary.keys))).toBe('entry');
  });

  it("go on where a cluster that has the set's key becomes the primary, and begin anew where one has not", async () => {
    const { primary, trusted, bounded } = await setOfThree();
    const sealed = seal(primary.keys);
    for (const { role, keys } of [trusted, bounded]) {
      role.writesHere = true;
      await keys.load();
      await keys.keyOfSet();
    }
    expect([trusted, bounded].map(({ keys }) => opens(keys, sealed))).toEqual(['entry', undefined]);
    expect(opens(trusted.keys, seal(bounded.keys))).toBeUndefined();
  });

  it('keep nobody waiting who seals, while the primary does not answer', async () => {
    const primary = await cluster(true);
    await primary.keys.load();
    const ask = jest.fn(() => new Promise<string>(() => undefined));
    const secondary = await cluster(false, ask);
    await follow(primary.store, secondary.store);
    while (ask.mock.calls.length === 0) await new Promise(setImmediate);
    await secondary.living.end();
    expect(() => seal(secondary.keys)).toThrow(expect.objectContaining({ code: 'SEALED' }));
  });

  it('are asked for again when a record tells that the primary gives them now, and after a failure', async () => {
    const primary = await cluster(true);
    await primary.keys.load();
    const ask = jest.fn<Promise<string | undefined>, []>(async () => undefined);
    const secondary = await cluster(false, ask);
    await follow(primary.store, secondary.store);
    await secondary.keys.load();
    const sealed = seal(primary.keys);
    await expect(secondary.keys.keyOfSet()).rejects.toMatchObject({ code: 'SEALED' });
    ask
      .mockReset()
      .mockRejectedValueOnce(new Error('away'))
      .mockImplementation(() => primary.keys.keyOfSet());
    await secondary.store.applySync([{ key: 'core/member/us-east', value: randomBytes(8) }]);
    while (opens(secondary.keys, sealed) === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ask).toHaveBeenCalledTimes(2);
  });
});
