import { begin, end } from '@tidelock/core/runtime/testing';
import { EventEmitter, once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { silentLogger } from '@tidelock/kernel';
import { type ClusterStore, decodeMutation } from '@tidelock/store';
import { DirectTransport } from '../adapters/direct-transport';
import { MemoryBroker } from '../adapters/memory/memory-broker';
import { MemoryStreamConsumer } from '../adapters/memory/memory-stream-consumer';
import { MemoryStreamPublisher } from '../adapters/memory/memory-stream-publisher';
import { Applier } from '../apply/applier';
import { newStreamKey, StreamKeyring } from '../domain/stream-key';
import { StreamFollower } from '../follow/stream-follower';
import { MerkleServer } from '../merkle/merkle-server';
import type { TransportOrder } from '../ports/stream-transport';
import { Publisher } from '../publish/publisher';
import { newStore } from './memory-store.testing';
import { KnownReigns, newSigner } from './signing.testing';

const SET = 'set-1';
export const TOPIC = 't.set-1.stream';
const clock = { now: () => Date.now() };
export const PATIENCE_MS = 20_000;

const open: (() => Promise<void>)[] = [];

/** Stops and closes everything that was made here, latest first. */
export async function closeAll(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
}

/** A primary that publishes its journal to a broker in memory. */
export async function newPrimary() {
  const store = await newStore();
  const broker = new MemoryBroker();
  const keys = new StreamKeyring([newStreamKey()]);
  const signer = newSigner();
  store.journal.enable();
  store.useEpoch(1);
  const publisher = new Publisher({
    store,
    stream: new MemoryStreamPublisher(broker),
    identity: { set: SET, topic: TOPIC, keys, signer },
    clock,
    logger: silentLogger,
  });
  await begin(publisher);
  open.push(
    () => store.close(),
    () => end(publisher),
  );
  const write = async (key: string, value: string): Promise<number> => {
    const unit = store.begin();
    unit.replicated.put(key, Buffer.from(value));
    return (await unit.commit()).replicatedIndex;
  };
  const published = async (index: number): Promise<void> => {
    while (publisher.position().index < index) await setImmediate();
  };
  return { store, broker, keys, signer, publisher, write, published };
}

export type Primary = Awaited<ReturnType<typeof newPrimary>>;

/** What a secondary follows, and whether it does. */
class WatchedTransport extends DirectTransport {
  readonly follows: TransportOrder[] = [];
  following = false;

  override async follow(order: TransportOrder): Promise<void> {
    this.follows.push(order);
    this.following = true;
    await super.follow(order);
  }

  override async unfollow(): Promise<void> {
    await super.unfollow();
    this.following = false;
  }
}

interface Change {
  readonly store?: ClusterStore;
  readonly decode?: typeof decodeMutation;
}

export async function newSecondary(primary: Primary, change: Change = {}) {
  const store = change.store ?? (await newStore());
  const events = new EventEmitter();
  const warnings: string[] = [];
  const applier = new Applier({
    store,
    set: SET,
    stream: 'full',
    reigns: new KnownReigns(primary.signer),
    keys: primary.keys,
    decode: change.decode ?? decodeMutation,
    clock,
    logger: silentLogger,
  });
  const transport = new WatchedTransport();
  const peer = new MerkleServer(primary.store, () => primary.publisher.position());
  const logger = {
    ...silentLogger,
    warn: (message: string, fields?: Readonly<Record<string, unknown>>) => {
      warnings.push(String(fields?.['reason']));
      events.emit('warning', message);
    },
  };
  const follower = new StreamFollower({
    store,
    transport,
    consumer: new MemoryStreamConsumer(primary.broker),
    applier,
    peer,
    topic: TOPIC,
    group: 'g',
    clock,
    logger,
    onCaughtUp: async () => void events.emit('caught up'),
  });
  if (change.store === undefined) open.push(() => store.close());
  open.push(() => end(follower));
  const caughtUp = (): Promise<unknown> => once(events, 'caught up');
  return { store, applier, transport, peer, follower, events, warnings, caughtUp };
}

export type Secondary = Awaited<ReturnType<typeof newSecondary>>;

export async function startAndCatchUp(secondary: Secondary): Promise<void> {
  const caughtUp = secondary.caughtUp();
  await begin(secondary.follower);
  await caughtUp;
}

export async function expectEqualAt(index: number, { store }: Secondary, primary: Primary): Promise<void> {
  expect(await store.waitForIndex(index, PATIENCE_MS)).toBe(true);
  expect(store.merkle.root()).toBe(primary.store.merkle.root());
}

/** Enough records that a store counts as one that has something. */
export const many = async (primary: Primary, count: number, value = 'x'): Promise<number> => {
  let index = 0;
  for (let i = 0; i < count; i++) index = await primary.write(`entry/m/${i}`, value);
  return index;
};
