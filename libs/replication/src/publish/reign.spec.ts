import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger } from '@tidelock/kernel';
import { MemoryBroker } from '../adapters/memory/memory-broker';
import { MemoryStreamConsumer } from '../adapters/memory/memory-stream-consumer';
import { MemoryStreamPublisher } from '../adapters/memory/memory-stream-publisher';
import { sealMessage } from '../domain/envelope';
import { encodeEpochStart } from '../domain/epoch-start';
import { newFence } from '../domain/fence';
import { FIRST_DIGEST } from '../domain/header';
import { newStreamKey, StreamKeyring } from '../domain/stream-key';
import { FakeStore } from '../specs/fake-store';
import { Publisher, type SuccessionWatch } from './publisher';
import type { Succession } from './succession';

const SET = 'set-1';
const TOPIC = 't.set-1.stream';

describe('The reign of a primary', () => {
  const broker = new MemoryBroker();
  const keys = new StreamKeyring([newStreamKey()]);
  const running: Publisher[] = [];
  let now = 1000;
  const clock = { now: () => now };

  beforeEach(() => broker.topics.clear());
  afterEach(async () => {
    for (const publisher of running.splice(0)) await publisher.stop();
  });

  async function primary(reign = '', consumer: SuccessionWatch['consumer'] = new MemoryStreamConsumer(broker)) {
    const store = new FakeStore();
    const told: (Succession | undefined)[] = [];
    const publisher = new Publisher({
      store, stream: new MemoryStreamPublisher(broker), identity: { set: SET, topic: TOPIC, keys, reign }, clock, logger: silentLogger,
      succession: { consumer, onChange: (succession) => void told.push(succession) },
    });
    running.push(publisher);
    await publisher.start();
    return { store, publisher, told };
  }
  const until = async (what: () => boolean): Promise<void> => {
    for (let left = 500; !what(); left -= 1) {
      if (left === 0) throw new Error('waited in vain');
      await sleep(10);
    }
  };
  const successor = new MemoryStreamPublisher(broker);
  const fence = () => newFence(SET, { index: 1, digest: FIRST_DIGEST }, { epoch: 2, keys, now }).message;
  const epochStarted = (ring = keys) =>
    sealMessage({ kind: 'epoch-started', set: SET, epoch: 2, index: 2, prev: 1, prevDigest: FIRST_DIGEST, time: now }, Buffer.alloc(0), ring.sealing(2)).bytes;

  it('ends when the broker refuses it and a later epoch stands in the topic', async () => {
    const { store, publisher, told } = await primary();
    store.write('entry/m/a', 'one');
    await until(() => publisher.position().index === 1);
    await successor.claim(TOPIC);
    await successor.publish(TOPIC, [fence(), epochStarted()]);
    store.write('entry/m/a', 'too late');
    await until(() => told.at(-1)?.after !== undefined);
    expect(told.at(-1)).toEqual({ epoch: 2, after: 1 });
    expect(broker.topic(TOPIC).messages).toHaveLength(3);
  });

  it('waits while only the fence of a promotion is there, and goes on when that has failed', async () => {
    const { store, publisher, told } = await primary();
    store.write('entry/m/a', 'one');
    await until(() => publisher.position().index === 1);
    await successor.claim(TOPIC);
    await successor.publish(TOPIC, [fence()]);
    store.write('entry/m/a', 'two');
    await until(() => told.at(-1) !== undefined);
    expect(told.at(-1)).toEqual({ epoch: 2, after: undefined });
    expect(publisher.position().index).toBe(1);
    now += 31_000;
    await until(() => publisher.position().index === 2);
    expect(told.at(-1)).toBeUndefined();
  });

  it('goes to the first of two clusters that began the same epoch and missed each other', async () => {
    const [first, second] = [await primary('first'), await primary('second')];
    await until(() => first.told.length + second.told.length === 2);
    // Both have looked when there was nothing to see.
    for (const [one, reign] of [[first, 'first'], [second, 'second']] as const) {
      await one.store.journal.append('epoch-started', () => encodeEpochStart({ epoch: 1, reign }));
      await until(() => one.publisher.position().index === 1);
    }
    for (let at = 0; at < 3; at += 1) {
      first.store.write('entry/m/a', `again ${at}`);
      second.store.write('entry/m/b', `again ${at}`);
      await sleep(150);
    }
    await until(() => second.told.at(-1)?.after !== undefined);
    await until(() => first.publisher.position().index === 4);
    expect(first.told.every((succession) => succession === undefined)).toBe(true);
  });

  it('asks nothing between two requests, which would hold the second one up', async () => {
    const consumer = new MemoryStreamConsumer(broker);
    const asked = jest.spyOn(consumer, 'highWatermark');
    const { store, publisher } = await primary('', consumer);
    store.write('entry/m/a', 'begun');
    await until(() => publisher.position().index === 1);
    asked.mockClear();
    for (let at = 1; at <= 50; at += 1) {
      store.write('entry/m/a', `first ${at}`);
      await Promise.resolve();
      store.write('entry/m/a', `while that is sent ${at}`);
      await until(() => publisher.position().index === 2 * at + 1);
    }
    expect(asked).not.toHaveBeenCalled();
  });

  it('is found over at a start, before anything is published', async () => {
    broker.append(TOPIC, [fence(), epochStarted()]);
    const { store, told } = await primary();
    store.write('entry/m/a', 'one');
    await until(() => told.length > 0);
    expect(told).toEqual([{ epoch: 2, after: 1 }]);
    expect(broker.topic(TOPIC).messages).toHaveLength(2);
  });

  it('does not end because a broker says so, nor does it publish over what it cannot read', async () => {
    broker.append(TOPIC, [epochStarted(new StreamKeyring([newStreamKey()]))]);
    const { store, publisher, told } = await primary();
    store.write('entry/m/a', 'one');
    await until(() => publisher.status().lastError !== undefined);
    expect(publisher.status().lastError).toMatch(/another cluster may have been promoted/);
    expect(told).toEqual([]);
    expect(broker.topic(TOPIC).messages).toHaveLength(1);
  });
});
