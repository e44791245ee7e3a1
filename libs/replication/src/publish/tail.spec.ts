import type { StreamConsumer, StreamMessage, StreamRequest } from '../ports/stream';
import { readOn } from './tail';

const TOPIC = 't';
const message = (offset: number, unreadFrom?: number): StreamMessage =>
  ({ offset: String(offset), value: Buffer.alloc(0), ...(unreadFrom !== undefined && { unreadFrom: String(unreadFrom) }) });

describe('The end of a topic', () => {
  let closed: number;
  beforeEach(() => {
    closed = 0;
  });
  afterEach(() => jest.useRealTimers());

  const consumerOf = (high: number, deliver: (request: StreamRequest) => Promise<void>): Pick<StreamConsumer, 'subscribe' | 'highWatermark'> => ({
    highWatermark: async () => String(high),
    subscribe: async (request) => {
      void deliver(request);
      return { close: async () => void (closed += 1) };
    },
  });
  const read = async (high: number, offset: string, deliver: (request: StreamRequest) => Promise<void>) => {
    const seen: string[] = [];
    const reachesBack = await readOn({ consumer: consumerOf(high, deliver), topic: TOPIC }, { offset, whole: false }, new AbortController().signal, (one) => seen.push(one.offset));
    return { seen, reachesBack };
  };
  const batch = (...messages: StreamMessage[]) => ({ topic: TOPIC, messages, heartbeat: async () => undefined });

  it('is not waited for where the broker gives nothing more: what it said is told', async () => {
    jest.useFakeTimers();
    const reading = read(9, '3', async ({ onBatch, onTrouble }) => {
      await onBatch(batch(message(4)));
      onTrouble?.('Not implemented: Snappy');
    });
    const refused = expect(reading).rejects.toThrow('the topic t could not be read to its end: nothing came after offset 4 of 8 (Not implemented: Snappy)');
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
    await readOn({ consumer: consumerOf(1000, async ({ onBatch }) => onBatch(batch(...messages))), topic: TOPIC }, { offset: '', whole: false }, new AbortController().signal, ({ offset }) => {
      turns.add(turn);
      seen.push(offset);
    });
    reading = false;
    expect(seen).toEqual(messages.map(({ offset }) => offset));
    expect(turns.size).toBeGreaterThan(10);
  });

  it('is read no further than to where it was wanted: a stop ends it within a batch', async () => {
    const stop = new AbortController();
    let taken = 0;
    let delivered: Promise<void> = Promise.resolve();
    await readOn({ consumer: consumerOf(1000, (request) => (delivered = request.onBatch(batch(...Array.from({ length: 1000 }, (_, offset) => message(offset)))))), topic: TOPIC }, { offset: '', whole: false }, stop.signal, () => {
      taken += 1;
      stop.abort();
    });
    await delivered;
    expect(taken).toBeLessThan(1000);
  });

  it('is reached over what nobody reads, and so is the place that it is read from', async () => {
    expect(await read(9, '3', async ({ onBatch }) => onBatch(batch(message(6, 4), message(8, 7))))).toEqual({ seen: ['6', '8'], reachesBack: true });
    expect(await read(9, '3', async ({ onBatch }) => onBatch(batch(message(6, 5), message(8, 7))))).toMatchObject({ reachesBack: false });
  });
});
