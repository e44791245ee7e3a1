import { begin, end } from '@tidelock/core/runtime/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger } from '@tidelock/kernel';
import { MemoryBroker } from '../adapters/memory/memory-broker';
import { MemoryStreamConsumer } from '../adapters/memory/memory-stream-consumer';
import { MemoryStreamPublisher } from '../adapters/memory/memory-stream-publisher';
import { sealMessage } from '../domain/envelope';
import { newFence } from '../domain/fence';
import { FIRST_DIGEST } from '../domain/header';
import { newSigningKey } from '../domain/signing-key';
import { newStreamKey, StreamKeyring } from '../domain/stream-key';
import { FakeStore } from '../specs/fake-store.testing';
import { newSigner } from '../specs/signing.testing';
import { Publisher } from './publisher';
import type { SuccessionWatch } from './reign';
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
    for (const publisher of running.splice(0)) await end(publisher);
  });

  const own = newSigner(1);
  const member = newSigningKey();
  const next = newSigner(2, member);
  const third = newSigner(3);
  const successors = async () => new Set([own, next, third].map(({ memberKey }) => memberKey.toString('base64')));
  const by = [next.memberKey.toString('base64')];

  async function primary(
    signer = own,
    consumer: SuccessionWatch['consumer'] = new MemoryStreamConsumer(broker),
    stream = new MemoryStreamPublisher(broker),
  ) {
    const store = new FakeStore();
    const told: (Succession | undefined)[] = [];
    const publisher = new Publisher({
      store,
      stream,
      identity: { set: SET, topic: TOPIC, keys, signer },
      clock,
      logger: silentLogger,
      succession: { consumer, successors, onChange: (succession) => void told.push(succession) },
    });
    running.push(publisher);
    await begin(publisher);
    return { store, publisher, told };
  }
  const until = async (what: () => boolean): Promise<void> => {
    for (let left = 500; !what(); left -= 1) {
      if (left === 0) throw new Error('waited in vain');
      await sleep(10);
    }
  };
  const successor = new MemoryStreamPublisher(broker);
  const fence = (signer = next) => newFence(SET, { index: 1, digest: FIRST_DIGEST }, { signer, keys, now }).message;
  const epochStarted = (signer = next, ring = keys) => {
    const header = {
      kind: 'epoch-started',
      set: SET,
      epoch: 2,
      index: 2,
      prev: 1,
      prevDigest: FIRST_DIGEST,
      time: now,
    } as const;
    return sealMessage(header, Buffer.alloc(0), ring.sealing(2), (digest) => ({
      introduction: signer.introduce(header),
      signature: signer.cover('full', digest),
    })).bytes;
  };

  it('ends when the broker refuses it and a later epoch stands in the topic', async () => {
    const { store, publisher, told } = await primary();
    store.write('entry/m/a', 'one');
    await until(() => publisher.position().index === 1);
    await successor.claim(TOPIC);
    await successor.publish(TOPIC, [fence(), epochStarted()]);
    store.write('entry/m/a', 'too late');
    await until(() => told.at(-1)?.after !== undefined);
    expect(told.at(-1)).toEqual({ epoch: 2, after: 1, by });
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
    expect(told.at(-1)).toEqual({ epoch: 2, after: undefined, by });
    expect(publisher.position().index).toBe(1);
    now += 31_000;
    await until(() => publisher.position().index === 2);
    expect(told.at(-1)).toBeUndefined();
  });

  it('goes to the first of two clusters that began the same epoch and missed each other', async () => {
    const [first, second] = [await primary(newSigner(1, member)), await primary(newSigner(1, member))];
    await until(() => first.told.length + second.told.length === 2);
    // Both have looked when there was nothing to see.
    for (const one of [first, second]) {
      await one.store.journal.append('epoch-started', () => Buffer.alloc(0));
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
    const { store, publisher } = await primary(own, consumer);
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

  it('asks all the same every few seconds while commits keep it awake', async () => {
    const { store, publisher, told } = await primary();
    store.write('entry/m/a', 'one');
    await until(() => publisher.position().index === 1);
    // As if Kafka had forgotten who has claimed the topic: nothing that is published meets a refusal.
    broker.append(TOPIC, [fence(), epochStarted()]);
    now += 5000;
    store.write('entry/m/a', 'two');
    await until(() => told.at(-1)?.after !== undefined);
    expect(told.at(-1)).toEqual({ epoch: 2, after: 1, by });
  });

  it('asks every few seconds also while requests follow each other without a pause', async () => {
    const stream = new MemoryStreamPublisher(broker);
    const { store, publisher, told } = await primary(own, undefined, stream);
    store.write('entry/m/a', 'one');
    await until(() => publisher.position().index === 1);
    broker.append(TOPIC, [fence(), epochStarted()]);
    const publish = stream.publish.bind(stream);
    let requests = 0;
    // Each request leaves something behind to send.
    jest.spyOn(stream, 'publish').mockImplementation(async (topic, messages) => {
      requests += 1;
      now += 100;
      store.write('entry/m/a', `again ${requests}`);
      await new Promise(setImmediate);
      return publish(topic, messages);
    });
    store.write('entry/m/a', 'two');
    await until(() => told.at(-1)?.after !== undefined || requests > 1000);
    expect(told.at(-1)).toEqual({ epoch: 2, after: 1, by });
  });

  it('reads no more than what was written since, where somebody else writes between its own messages', async () => {
    const consumer = new MemoryStreamConsumer(broker);
    const asked = jest.spyOn(consumer, 'subscribe');
    const { store, publisher, told } = await primary(own, consumer);
    const write = async (index: number): Promise<void> => {
      store.write('entry/m/a', String(index));
      await until(() => publisher.position().index === index);
    };
    await write(1);
    broker.append(TOPIC, [Buffer.from('junk')]);
    await write(2);
    broker.append(TOPIC, [Buffer.from('junk')]);
    await write(3);
    expect(asked).not.toHaveBeenCalled();
    now += 5000;
    await write(4);
    await write(5);
    now += 5000;
    await write(6);
    expect(asked.mock.calls.map(([{ from }]) => from)).toEqual(['1']);
    expect(told.every((succession) => succession === undefined)).toBe(true);
  });

  it('looks for its place in no topic that is gone', async () => {
    const { store, publisher, told } = await primary();
    const write = async (index: number): Promise<void> => {
      store.write('entry/m/a', String(index));
      await until(() => publisher.position().index === index);
    };
    for (const index of [1, 2, 3]) await write(index);
    // Lost, and made anew, between two requests.
    broker.topic(TOPIC).messages.length = 0;
    await write(4);
    broker.append(TOPIC, [fence(newSigner(2))]);
    now += 5000;
    for (const index of [5, 6, 7]) await write(index);
    expect(told.every((succession) => succession === undefined)).toBe(true);
  });

  it('claims the topic anew each day, for Kafka forgets claims', async () => {
    const stream = new MemoryStreamPublisher(broker);
    const claim = jest.spyOn(stream, 'claim');
    const { store, publisher } = await primary(own, undefined, stream);
    const write = async (index: number): Promise<number> => {
      store.write('entry/m/a', String(index));
      await until(() => publisher.position().index === index);
      return claim.mock.calls.length;
    };
    expect(await write(1)).toBe(1);
    now += 23 * 3_600_000;
    expect(await write(2)).toBe(1);
    now += 3_600_000;
    await write(3);
    expect(await write(4)).toBe(2);
  });

  it('is found over at a start, before anything is published', async () => {
    broker.append(TOPIC, [fence(), epochStarted()]);
    const { store, told } = await primary();
    store.write('entry/m/a', 'one');
    await until(() => told.length > 0);
    expect(told).toEqual([{ epoch: 2, after: 1, by }]);
    expect(broker.topic(TOPIC).messages).toHaveLength(2);
  });

  it("ends by a successor's signature, whatever key its stream has", async () => {
    broker.append(TOPIC, [epochStarted(next, new StreamKeyring([newStreamKey()]))]);
    const { told } = await primary();
    await until(() => told.length > 0);
    expect(told).toEqual([{ epoch: 2, after: 1, by }]);
  });

  it('does not end because of who is no member: the topic is taken back and published to, and the refusals are told', async () => {
    const { store, publisher, told } = await primary();
    store.write('entry/m/a', 'one');
    await until(() => publisher.position().index === 1);
    const liar = newSigner(2);
    for (let at = 2; at <= 4; at += 1) {
      await successor.claim(TOPIC);
      await successor.publish(TOPIC, [fence(liar), epochStarted(liar)]);
      store.write('entry/m/a', `again ${at}`);
      await until(() => publisher.position().index === at);
    }
    expect(told.every((succession) => succession === undefined)).toBe(true);
    expect(publisher.status().refused).toMatchObject({ total: 6, last: { reason: 'no-member' } });
  });

  it('is not made to read all again by who takes the topic from it again and again', async () => {
    const consumer = new MemoryStreamConsumer(broker);
    const asked = jest.spyOn(consumer, 'subscribe');
    const { store, publisher } = await primary(own, consumer);
    store.write('entry/m/a', 'one');
    await until(() => publisher.position().index === 1);
    const liar = newSigner(2);
    for (let at = 2; at <= 6; at += 1) {
      await successor.claim(TOPIC);
      await successor.publish(TOPIC, [fence(liar)]);
      store.write('entry/m/a', `again ${at}`);
      await until(() => publisher.position().index === at);
    }
    expect(asked.mock.calls.map(([{ from }]) => from)).toEqual([
      'beginning',
      ...Array.from({ length: 4 }, () => expect.stringMatching(/^\d+$/)),
    ]);
  });

  it('is held up once, not again and again, by a member that fences and begins nothing', async () => {
    const { store, publisher, told } = await primary();
    store.write('entry/m/a', 'one');
    await until(() => publisher.position().index === 1);
    for (let at = 2; at <= 3; at += 1) {
      await successor.claim(TOPIC);
      await successor.publish(TOPIC, [fence()]);
      store.write('entry/m/a', `again ${at}`);
      if (at === 2) await until(() => told.at(-1) !== undefined);
      now += at === 2 ? 31_000 : 0;
      await until(() => publisher.position().index === at);
    }
    expect(told.filter((succession) => succession !== undefined).length).toBeGreaterThan(0);
    expect(told.at(-1)).toBeUndefined();
  });

  it('waits for each member that fences from its own fence on, whoever has failed before it and fences again', async () => {
    const { store, publisher, told } = await primary();
    const fenced = async (...fences: Buffer[]): Promise<void> => {
      await successor.claim(TOPIC);
      await successor.publish(TOPIC, fences);
      told.length = 0;
      store.write('entry/m/a', 'again');
      await until(() => told.length > 0);
    };
    store.write('entry/m/a', 'one');
    await until(() => publisher.position().index === 1);
    await fenced(fence());
    now += 31_000;
    await until(() => publisher.position().index === 2);
    await fenced(fence(third), fence());
    expect(told.at(-1)).toMatchObject({ epoch: 3, after: undefined });
    now += 29_000;
    told.length = 0;
    await until(() => told.length > 0);
    expect([told.at(-1)?.after, publisher.position().index]).toEqual([undefined, 2]);
    expect(told.at(-1)).toBeDefined();
    now += 2000;
    await until(() => publisher.position().index === 3);
  });
});
