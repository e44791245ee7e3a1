import type { Kafka } from 'kafkajs';
import { silentLogger } from '@tidelock/kernel';
import { KafkaReader } from './kafka-reader';

const SILENCE_MS = 30_000;

describe('a reader whose consumer says nothing', () => {
  let now: number;
  let reader: KafkaReader;
  let ended: Promise<string>;
  let fetched: () => void;

  beforeEach(() => {
    now = 1000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    const handlers = new Map<string, () => void>();
    const nothing = async (): Promise<void> => undefined;
    const consumer = {
      events: { CRASH: 'crash', FETCH: 'fetch', GROUP_JOIN: 'join' },
      on: (event: string, handler: () => void) => void handlers.set(event, handler),
      ...{ connect: nothing, subscribe: nothing, run: nothing, disconnect: nothing },
    };
    reader = new KafkaReader({ consumer: () => consumer } as unknown as Kafka, {
      topic: 't',
      group: 'g',
      logger: silentLogger,
    });
    ended = reader.run({
      ended: new AbortController().signal,
      reached: () => undefined,
      explain: String,
      wanted: () => '0',
      take: nothing,
    });
    fetched = () => handlers.get('fetch')?.();
  });

  afterEach(() => jest.restoreAllMocks());

  const still = (): Promise<string> => Promise.race([ended, Promise.resolve('reading')]);

  it('is given up once it has not asked the broker for long', async () => {
    now += SILENCE_MS;
    await reader.watch(async () => false);
    expect(await still()).toBe('reading');
    now += 1;
    await reader.watch(async () => false);
    expect(await ended).toBe('the consumer fell silent');
  });

  it('is given up where it asks, and messages wait at two looks', async () => {
    for (const expected of ['reading', 'messages wait that the consumer does not fetch']) {
      now += SILENCE_MS;
      fetched();
      await reader.watch(async () => true);
      await Promise.resolve();
      expect(await still()).toBe(expected);
    }
  });

  it('goes on where nothing waits, or nobody can tell', async () => {
    for (const inspect of [async () => false, () => Promise.reject(new Error('away')), async () => true]) {
      now += SILENCE_MS;
      fetched();
      await reader.watch(inspect);
      expect(await still()).toBe('reading');
    }
  });
});
