import { begin, end, TestRuntime } from '@tidelock/core/runtime/testing';
import { once } from 'node:events';
import { silentLogger } from '@tidelock/kernel';
import { MemoryBroker } from '../adapters/memory/memory-broker';
import { MemoryStreamConsumer } from '../adapters/memory/memory-stream-consumer';
import { MemoryStreamPublisher } from '../adapters/memory/memory-stream-publisher';
import { Applier } from '../apply/applier';
import { openMessage } from '../domain/envelope';
import { FIRST_DIGEST } from '../domain/header';
import { encodeKeyRotated } from '../domain/key-rotated';
import { keyIdOf, newStreamKey, StreamKeyring } from '../domain/stream-key';
import { decodeBody, FakeStore } from '../specs/fake-store.testing';
import { KnownReigns, newSigner } from '../specs/signing.testing';
import { Checkpoints } from './checkpoints';
import { Publisher } from './publisher';
import { markOf } from './publisher-mark';

const SET = 'set-1';
const TOPIC = 't.set-1.stream';
const clock = { now: () => Date.now() };
const signer = newSigner();

function primary(store = new FakeStore(), broker = new MemoryBroker(), keys = new StreamKeyring([newStreamKey()])) {
  const publisher = new Publisher({
    store,
    stream: new MemoryStreamPublisher(broker),
    identity: { set: SET, topic: TOPIC, keys, signer },
    clock,
    logger: silentLogger,
    explain: (error) => `at the broker: ${(error as Error).message}`,
  });
  const published = async (index: number) => {
    while (publisher.position().index < index)
      await once(broker.changed, 'change').then(() => new Promise(setImmediate));
  };
  return { store, broker, keys, publisher, published };
}

const messagesOf = (broker: MemoryBroker) =>
  (broker.topics.get(TOPIC)?.messages ?? []).map((value, i) => ({ offset: String(i), value }));

async function replay(broker: MemoryBroker, keys: StreamKeyring) {
  const store = new FakeStore();
  store.place = { epoch: 1, index: 0, digest: FIRST_DIGEST, brokerOffset: '' };
  const applier = new Applier({
    store,
    set: SET,
    stream: 'full',
    reigns: new KnownReigns(signer),
    keys,
    decode: decodeBody,
    clock,
    logger: silentLogger,
  });
  return { outcome: await applier.applyBatch(messagesOf(broker)), store, applier };
}

describe('Publisher', () => {
  it('sends what is committed, so that a replay from empty gives the same state', async () => {
    const { store, broker, keys, publisher, published } = primary();
    await begin(publisher);
    for (let i = 0; i < 1200; i++) store.write(`entry/m/${i % 100}`, i % 7 === 0 ? null : `value ${i}`);
    await published(1200);
    await end(publisher);
    const replica = await replay(broker, keys);
    expect(replica.outcome).toBe('applied');
    expect(replica.store.merkle.root()).toBe(store.merkle.root());
    expect(publisher.status()).toMatchObject({ publishedIndex: 1200, pendingRows: 0, brokerUp: true });
  });

  it('leaves a broker that has failed alone for a while, whoever commits, and sends what waits then', async () => {
    const { store, broker, publisher } = primary();
    const runtime = new TestRuntime(0);
    jest.spyOn(performance, 'now').mockImplementation(() => runtime.now());
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const publish = jest.spyOn(MemoryStreamPublisher.prototype, 'publish').mockRejectedValue(new Error('full'));
    await runtime.root.begin(publisher);
    for (let n = 0; n < 5; n += 1) {
      store.write('entry/m/a', String(n));
      await runtime.advance(10);
    }
    expect(publish).toHaveBeenCalledTimes(1);
    expect(publisher.status()).toMatchObject({ publishedIndex: 0, lastError: 'at the broker: full' });
    publish.mockRestore();
    await runtime.advance(50);
    expect(publisher.status()).toMatchObject({ publishedIndex: 5, lastError: undefined });
    // Nothing waits: the next run is for what no commit announces.
    expect(runtime.root.tasks()[0]).toMatchObject({ path: 'node/stream-full/publish', running: false, failures: 0 });
    expect(messagesOf(broker)).toHaveLength(5);
    await runtime.root.end();
    jest.restoreAllMocks();
  });

  it('tells how old the oldest row is that waits, also where the broker was never reached, before and after a restart', async () => {
    const store = new FakeStore();
    const broker = new MemoryBroker();
    const away = Object.assign(new MemoryStreamPublisher(broker), {
      ensureTopic: () => Promise.reject(new Error('away')),
    });
    const start = async (stream: MemoryStreamPublisher): Promise<Publisher> => {
      const publisher = new Publisher({
        store,
        stream,
        identity: { set: SET, topic: TOPIC, keys: new StreamKeyring([newStreamKey()]), signer },
        clock,
        logger: silentLogger,
      });
      await begin(publisher);
      return publisher;
    };
    const first = await start(away);
    expect(first.status()).toMatchObject({ pendingRows: 0, oldestPendingTime: null });
    store.write('entry/m/a', 'one', 5000);
    store.write('entry/m/a', 'two', 6000);
    await new Promise(setImmediate);
    expect(first.status()).toMatchObject({ pendingRows: 2, oldestPendingTime: 5000, brokerUp: false });
    await first.stop();
    const second = await start(away);
    expect(second.status()).toMatchObject({ pendingRows: 2, oldestPendingTime: 5000 });
    await second.stop();
    const third = await start(new MemoryStreamPublisher(broker));
    while (third.position().index < 2) await new Promise(setImmediate);
    expect(third.status()).toMatchObject({ pendingRows: 0, oldestPendingTime: null });
    await third.stop();
  });

  it('starts after what was there before the journal', async () => {
    const { store, publisher } = primary();
    store.write('entry/m/a', 'old');
    store.rows.length = 0;
    await begin(publisher);
    expect(publisher.position()).toMatchObject({ epoch: 1, index: 1, digest: FIRST_DIGEST, brokerOffset: '' });
    await end(publisher);
  });

  it('sends again after a crash between sending and marking, and replicas notice nothing', async () => {
    const first = primary();
    await begin(first.publisher);
    first.store.write('entry/m/a', 'one');
    await first.published(1);
    await end(first.publisher);
    const marked = new Map(first.store.localRows);
    const second = primary(first.store, first.broker, first.keys);
    await begin(second.publisher);
    first.store.write('entry/m/a', 'two');
    await second.published(2);
    await end(second.publisher);
    marked.forEach((row, key) => first.store.localRows.set(key, row));
    const third = primary(first.store, first.broker, first.keys);
    await begin(third.publisher);
    first.store.write('entry/m/a', 'three');
    await third.published(3);
    await end(third.publisher);
    const sent = messagesOf(first.broker).map(({ value }) =>
      openMessage(value, SET, (id, index) => first.keys.opening(id, index)),
    );
    expect(sent.map(({ header }) => header.index)).toEqual([1, 2, 2, 3]);
    expect(sent[1]?.digest.equals(sent[2]?.digest as Buffer)).toBe(true);
    const replica = await replay(first.broker, first.keys);
    expect(replica.outcome).toBe('applied');
    expect(replica.store.get('entry/m/a')).toBe('three');
  });

  it('waits out an absent broker without holding up commits, and says so', async () => {
    const { store, broker, publisher, published } = primary();
    broker.down = true;
    await begin(publisher);
    for (let i = 0; i < 10; i++) store.write('entry/m/a', String(i));
    await new Promise(setImmediate);
    expect(publisher.status()).toMatchObject({
      pendingRows: 10,
      brokerUp: false,
      lastError: 'at the broker: the broker is down',
    });
    broker.down = false;
    await published(10);
    expect(publisher.status()).toMatchObject({ pendingRows: 0, brokerUp: true, lastError: undefined });
    await end(publisher);
  });

  it('closes what it asks for a successor with, once it asks no more', async () => {
    const [broker, store, keys] = [new MemoryBroker(), new FakeStore(), new StreamKeyring([newStreamKey()])];
    const consumer = new MemoryStreamConsumer(broker);
    let answer: (end: string) => void = () => undefined;
    const asked = jest
      .spyOn(consumer, 'highWatermark')
      .mockImplementation(() => new Promise((resolve) => (answer = resolve)));
    const closed = jest.spyOn(consumer, 'close');
    const publisher = new Publisher({
      store,
      stream: new MemoryStreamPublisher(broker),
      identity: { set: SET, topic: TOPIC, keys, signer },
      clock,
      logger: silentLogger,
      succession: { consumer, successors: async () => new Set(), onChange: () => undefined },
    });
    await begin(publisher);
    while (asked.mock.calls.length === 0) await new Promise(setImmediate);
    const stopped = end(publisher);
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(closed).not.toHaveBeenCalled();
    answer('0');
    await stopped;
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it('begins anew in another replication set, and after a promotion goes on where this cluster has followed to', async () => {
    const { store, broker, keys, publisher, published } = primary();
    await begin(publisher);
    store.write('entry/m/a', 'one');
    await published(1);
    await end(publisher);
    const parts = { store, stream: new MemoryStreamPublisher(broker), clock, logger: silentLogger };
    store.rows.length = 0;
    const other = new Publisher({ ...parts, identity: { set: 'set-2', topic: 't.set-2.stream', keys, signer } });
    await begin(other);
    expect(other.position().digest.equals(FIRST_DIGEST)).toBe(true);
    await end(other);
    const followed = { epoch: 4, index: 9, digest: Buffer.alloc(32, 5), brokerOffset: '77' };
    store.localRows.set('stream/full', markOf('set-2', followed));
    const promoted = new Publisher({ ...parts, identity: { set: 'set-2', topic: 't.set-2.stream', keys, signer } });
    await begin(promoted);
    expect(promoted.position()).toEqual(followed);
    await end(promoted);
  });
});

it.each(['epoch-started', 'key-rotated'])(
  'A publisher ends a request with %s, so that who has no key for what comes behind it takes it all the same',
  async (kind) => {
    const texts = [newStreamKey(), newStreamKey(1)];
    const { store, broker, publisher, published } = primary(undefined, undefined, new StreamKeyring(texts));
    await store.journal.append(kind, () =>
      encodeKeyRotated({ stream: 'full', keyId: keyIdOf(texts[1] as string), recipients: [] }),
    );
    store.write('entry/m/a', 'one');
    await begin(publisher);
    await published(2);
    await end(publisher);
    const { store: replica, applier } = await replay(broker, new StreamKeyring(texts.slice(0, 1)));
    expect([replica.place?.index, applier.status().refused.reasons]).toEqual([1, { 'unknown-key': 1 }]);
  },
);

describe('Checkpoints', () => {
  it('are taken while the stream is held up only when something was committed since the last one', async () => {
    const store = new FakeStore();
    const checkpoints = new Checkpoints(store, clock, () => true);
    expect(await checkpoints.take()).toBe(false);
    store.write('entry/m/a', 'one');
    expect(await checkpoints.take()).toBe(true);
    expect(await checkpoints.take()).toBe(false);
    expect(store.rows.map(({ kind }) => kind)).toEqual(['mutation', 'checkpoint']);
  });

  it('are canaries while nothing is written and the stream flows', async () => {
    const store = new FakeStore();
    const checkpoints = new Checkpoints(store, clock, () => false);
    expect([await checkpoints.take(), await checkpoints.take()]).toEqual([true, true]);
    expect(store.rows.map(({ kind }) => kind)).toEqual(['checkpoint', 'checkpoint']);
  });
});
