import { begin } from '@tidelock/core/runtime/testing';
import { EventEmitter, once } from 'node:events';
import { Barrier, generateRootKey } from '@tidelock/barrier';
import { silentLogger } from '@tidelock/kernel';
import { type ClusterStore, decodeMutation, openStore } from '@tidelock/store';
import fc from 'fast-check';
import { MemoryBroker } from '../adapters/memory/memory-broker';
import { MemoryStreamConsumer } from '../adapters/memory/memory-stream-consumer';
import { MemoryStreamPublisher } from '../adapters/memory/memory-stream-publisher';
import { Applier } from '../apply/applier';
import { newStreamKey, StreamKeyring } from '../domain/stream-key';
import { MerkleServer } from '../merkle/merkle-server';
import { MerkleSync } from '../merkle/merkle-sync';
import type { StreamBatch } from '../ports/stream';
import { Checkpoints } from '../publish/checkpoints';
import { Publisher } from '../publish/publisher';
import { KnownReigns, newSigner } from './signing.testing';

const SET = 'set-1';
const TOPIC = 't.set-1.stream';
const clock = { now: () => Date.now() };
const rootKey = generateRootKey();
const keyring = Barrier.newKeyring(rootKey, Date.now());
const keys = new StreamKeyring([newStreamKey()]);
const signer = newSigner();

const opened: { stop(): Promise<void> }[] = [];

async function newStore(): Promise<ClusterStore> {
  const barrier = new Barrier();
  barrier.unseal(rootKey, keyring);
  const store = await openStore({ kind: 'inmem' }, barrier, { logger: silentLogger });
  opened.push({ stop: () => store.close() });
  return store;
}

async function newPrimary() {
  const store = await newStore();
  store.journal.enable();
  store.useEpoch(1);
  const broker = new MemoryBroker();
  const publisher = new Publisher({
    store,
    stream: new MemoryStreamPublisher(broker),
    identity: { set: SET, topic: TOPIC, keys, signer },
    clock,
    logger: silentLogger,
  });
  await begin(publisher);
  opened.push(publisher);
  return {
    store,
    broker,
    publisher,
    write: async (key: string, value: string | null) => {
      const unit = store.begin();
      if (value === null) unit.replicated.delete(key);
      else unit.replicated.put(key, Buffer.from(value));
      return (await unit.commit()).replicatedIndex;
    },
  };
}

type Primary = Awaited<ReturnType<typeof newPrimary>>;

async function newSecondary(primary: Primary) {
  const store = await newStore();
  const applier = new Applier({
    store,
    set: SET,
    stream: 'full',
    reigns: new KnownReigns(signer),
    keys,
    decode: decodeMutation,
    clock,
    logger: silentLogger,
  });
  const peer = new MerkleServer(primary.store, () => primary.publisher.position());
  const trouble = new EventEmitter();
  applier.on('diverged', () => trouble.emit('diverged'));
  const take = async ({ messages }: StreamBatch) => {
    if ((await applier.applyBatch(messages)) === 'halted') throw new Error('halted');
  };
  return {
    store,
    applier,
    trouble,
    sync: () => new MerkleSync({ store, peer, clock, logger: silentLogger }).run(),
    follow: async (onBatch = take) => {
      const offset = (await store.streamPosition())?.brokerOffset ?? '';
      const from = offset === '' ? 'beginning' : String(Number(offset) + 1);
      const subscription = await new MemoryStreamConsumer(primary.broker).subscribe({
        topic: TOPIC,
        group: 'g',
        from,
        onBatch,
      });
      opened.push({ stop: () => subscription.close() });
      return subscription;
    },
    take,
  };
}

afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.stop();
});

describe('A replica over the stream', () => {
  it("has the primary's merkle root, whatever was written", async () => {
    const change = fc.tuple(
      fc.integer({ min: 0, max: 9 }).map((n) => `entry/m/${n}`),
      fc.option(fc.string({ maxLength: 20 })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 40 }), fc.nat(40), async (changes, joinAt) => {
        const primary = await newPrimary();
        const secondary = await newSecondary(primary);
        let index = 0;
        for (const [i, [key, value]] of changes.entries()) {
          if (i === joinAt % changes.length) {
            await secondary.sync();
            await secondary.follow();
          }
          index = await primary.write(key, value);
        }
        await secondary.store.waitForIndex(index, 10_000);
        expect(secondary.store.merkle.root()).toBe(primary.store.merkle.root());
        for (const [key] of changes)
          expect(await secondary.store.replicated.get(key)).toEqual(await primary.store.replicated.get(key));
      }),
      { numRuns: 15 },
    );
  });

  it('goes on where it stood after a restart in the middle of a batch', async () => {
    const primary = await newPrimary();
    const secondary = await newSecondary(primary);
    await secondary.sync();
    let last = 0;
    for (let i = 0; i < 30; i++) last = await primary.write(`entry/m/${i}`, `${i}`);
    let dead = false;
    const subscription = await secondary.follow(async (batch) => {
      if (dead) throw new Error('gone');
      dead = true;
      await secondary.take({ ...batch, messages: batch.messages.slice(0, 1) });
      throw new Error('killed');
    });
    await secondary.store.waitForIndex(1, 10_000);
    await subscription.close();
    expect(secondary.store.position().replicatedIndex).toBe(1);
    await secondary.follow();
    expect(await secondary.store.waitForIndex(last, 10_000)).toBe(true);
    expect(secondary.store.merkle.root()).toBe(primary.store.merkle.root());
    expect(secondary.applier.status().refused.total).toBe(0);
  });

  it('is proven equal by a checkpoint, and found out when it is not', async () => {
    const primary = await newPrimary();
    const secondary = await newSecondary(primary);
    const checkpoints = new Checkpoints(primary.store, clock, () => true);
    await secondary.sync();
    await secondary.follow();
    const diverged = once(secondary.trouble, 'diverged');
    await primary.write('entry/m/a', 'one');
    await checkpoints.take();
    await secondary.store.waitForIndex(primary.store.position().replicatedIndex, 10_000);
    await secondary.store.applySync([{ key: 'entry/m/stray', value: Buffer.from('from nowhere') }]);
    await primary.write('entry/m/a', 'two');
    await checkpoints.take();
    await diverged;
    expect(await secondary.store.waitForIndex(primary.store.position().replicatedIndex, 10_000)).toBe(true);
    await secondary.sync();
    expect(secondary.store.merkle.root()).toBe(primary.store.merkle.root());
  });

  it('loses nothing that is committed while it copies', async () => {
    const primary = await newPrimary();
    for (let i = 0; i < 200; i++) await primary.write(`entry/m/${i}`, `${i}`);
    const secondary = await newSecondary(primary);
    const writing = (async () => {
      let last = 0;
      for (let i = 0; i < 200; i++) last = await primary.write(`entry/m/${i % 50}`, i % 3 === 0 ? null : `new ${i}`);
      return last;
    })();
    await secondary.sync();
    const last = await writing;
    await secondary.follow();
    expect(await secondary.store.waitForIndex(last, 10_000)).toBe(true);
    expect(secondary.store.merkle.root()).toBe(primary.store.merkle.root());
  });
});
