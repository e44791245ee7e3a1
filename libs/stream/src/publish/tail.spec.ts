import type { OffsetOutOfRange, StreamMessage, StreamRequest } from '../ports/stream';
import { readOn, type Tail } from './tail';

const TOPIC = 't';
const message = (offset: number, unreadFrom?: number): StreamMessage => ({
  offset: String(offset),
  value: Buffer.alloc(0),
  ...(unreadFrom !== undefined && { unreadFrom: String(unreadFrom) }),
});

describe('The end of a topic', () => {
  let closed: number;
  beforeEach(() => {
    closed = 0;
  });
  afterEach(() => jest.useRealTimers());
  /** Of the topic: it was cut to its end. */
  let isEmpty: boolean;
  beforeEach(() => void (isEmpty = false));

  const consumerOf = (high: number, deliver: (request: StreamRequest) => Promise<void>): Tail['consumer'] => ({
    highWatermark: async () => String(high),
    isEmpty: async () => isEmpty,
    subscribe: async (request) => {
      void deliver(request);
      return { close: async () => void (closed += 1) };
    },
  });
  const read = async (high: number, offset: string, deliver: (request: StreamRequest) => Promise<void>) => {
    const seen: string[] = [];
    const reachesBack = await readOn(
      { consumer: consumerOf(high, deliver), topic: TOPIC },
      { offset, whole: false },
      new AbortController().signal,
      (one) => seen.push(one.offset),
    );
    return { seen, reachesBack };
  };
  const batch = (...messages: StreamMessage[]) => ({ topic: TOPIC, messages, heartbeat: async () => undefined });

  it('is at its end at once where it was cut to that, and lacks what was cut off', async () => {
    isEmpty = true;
    const outOfRange = async ({ onOffsetOutOfRange }: StreamRequest): Promise<void> =>
      onOffsetOutOfRange?.({} as OffsetOutOfRange);
    expect(await read(9, '3', outOfRange)).toEqual({ seen: [], reachesBack: false });
    expect(await read(9, '', async () => undefined)).toEqual({ seen: [], reachesBack: true });
    expect(closed).toBe(1);
  });

  it('is not waited for where the broker gives nothing more: what it said is told', async () => {
    jest.useFakeTimers();
    const reading = read(9, '3', async ({ onBatch, onTrouble }) => {
      await onBatch(batch(message(4)));
      onTrouble?.('Not implemented: Snappy');
    });
    const refused = expect(reading).rejects.toThrow(
      'the topic t could not be read to its end: nothing came after offset 4 of 8 (Not implemented: Snappy)',
    );
    await jest.advanceTimersByTimeAsync(60_000);
    await refused;
    expect(closed).toBe(1);
  });

  it('is waited for as long as something comes', async () => {
    jest.useFakeTimers();
    const reading = read(8, '3', async ({ onBatch }) => {
      for (let at = 4; at < 8; at += 1) {
        await new Promise((wake) => setTimeout(wake, 20_000));
        await onBatch(batch(message(at)));
      }
    });
    await jest.advanceTimersByTimeAsync(90_000);
    expect(await reading).toEqual({ seen: ['4', '5', '6', '7'], reachesBack: true });
  });

  it('holds up nobody while a large batch is read', async () => {
    const messages = Array.from({ length: 1000 }, (_, offset) => message(offset));
    const seen: string[] = [];
    const turns = new Set<number>();
    let turn = 0;
    let reading = true;
    const others = (): void => {
      turn += 1;
      if (reading) setImmediate(others);
    };
    setImmediate(others);
    await readOn(
      { consumer: consumerOf(1000, async ({ onBatch }) => onBatch(batch(...messages))), topic: TOPIC },
      { offset: '', whole: false },
      new AbortController().signal,
      ({ offset }) => {
        turns.add(turn);
        seen.push(offset);
      },
    );
    reading = false;
    expect(seen).toEqual(messages.map(({ offset }) => offset));
    expect(turns.size).toBeGreaterThan(10);
  });

  describe('that is stopped while it is read', () => {
    const readUntil = (signal: AbortSignal, consumer: Tail['consumer'], take: () => void = () => undefined) =>
      readOn({ consumer, topic: TOPIC }, { offset: '3', whole: false }, signal, take);

    it('is not taken for read: what came says nothing of the rest', async () => {
      const stop = new AbortController();
      const reading = readUntil(
        stop.signal,
        consumerOf(9, async ({ onBatch }) => {
          await onBatch(batch(message(4)));
          stop.abort();
        }),
      );
      await expect(reading).rejects.toThrow(
        'the topic t could not be read to its end: nothing came after offset 4 of 8',
      );
      expect(closed).toBe(1);
    });

    it('is read no further, within a batch', async () => {
      const stop = new AbortController();
      let taken = 0;
      let delivered: Promise<void> = Promise.resolve();
      const messages = Array.from({ length: 1000 }, (_, at) => message(4 + at));
      await expect(
        readUntil(
          stop.signal,
          consumerOf(1004, (request) => (delivered = request.onBatch(batch(...messages)))),
          () => {
            taken += 1;
            stop.abort();
          },
        ),
      ).rejects.toThrow();
      await delivered;
      expect(taken).toBeLessThan(1000);
    });

    it('is not read at all where the stop came before its end was known', async () => {
      const stop = new AbortController();
      const { subscribe } = consumerOf(9, async ({ onBatch }) => onBatch(batch(message(8, 4))));
      const consumer = {
        subscribe: jest.fn(subscribe),
        isEmpty: async () => false,
        highWatermark: async () => {
          stop.abort(new Error('sealed'));
          return '9';
        },
      };
      await expect(readUntil(stop.signal, consumer)).rejects.toThrow('sealed');
      expect(consumer.subscribe).not.toHaveBeenCalled();
    });

    it('is given up as soon as the broker has answered', async () => {
      const stop = new AbortController();
      const { subscribe, highWatermark } = consumerOf(9, async () => undefined);
      await expect(
        readUntil(stop.signal, {
          highWatermark,
          isEmpty: async () => false,
          subscribe: async (request) => {
            stop.abort();
            await new Promise(setImmediate);
            return subscribe(request);
          },
        }),
      ).rejects.toThrow('the topic t could not be read to its end');
      expect(closed).toBe(1);
    });
  });

  it('leaves nothing behind where the broker lets nobody read', async () => {
    jest.useFakeTimers();
    const { highWatermark } = consumerOf(9, async () => undefined);
    const subscribe = async () => Promise.reject(new Error('not authorised'));
    await expect(
      readOn(
        { consumer: { highWatermark, isEmpty: async () => false, subscribe }, topic: TOPIC },
        { offset: '3', whole: false },
        new AbortController().signal,
        () => undefined,
      ),
    ).rejects.toThrow('not authorised');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is reached over what nobody reads, and so is the place that it is read from', async () => {
    expect(await read(9, '3', async ({ onBatch }) => onBatch(batch(message(6, 4), message(8, 7))))).toEqual({
      seen: ['6', '8'],
      reachesBack: true,
    });
    expect(await read(9, '3', async ({ onBatch }) => onBatch(batch(message(6, 5), message(8, 7))))).toMatchObject({
      reachesBack: false,
    });
  });
});
