import type { StreamConsumer, StreamMessage } from '../ports/stream';

export interface Tail {
  readonly consumer: Pick<StreamConsumer, 'subscribe' | 'highWatermark'>;
  readonly topic: string;
}

/** A publisher's last message, and whether to look before it, too. */
export interface TailPlace {
  /** The broker's offset; `""` = nothing was published yet. */
  readonly offset: string;
  readonly whole: boolean;
}

/**
 * Reads everything that the topic holds now, behind a place.
 *
 * @returns whether nothing is missing between the place and what was read.
 */
export async function readOn(tail: Tail, { offset, whole }: TailPlace, signal: AbortSignal, take: (message: StreamMessage) => void): Promise<boolean> {
  const high = BigInt(await tail.consumer.highWatermark(tail.topic));
  const next = offset === '' ? 0n : BigInt(offset) + 1n;
  if (high === 0n || (next === high && !whole)) return true;
  let first = high;
  const stretch = { high, takeNext: (message: StreamMessage): void => {
    if (first === high) first = BigInt(message.offset);
    take(message);
  } };
  // A topic that ends before our last message was made anew, one that begins behind it was cut: all of it is news.
  await readFrom(tail, isNews({ offset, whole }, next > high) ? undefined : String(next), stretch, signal);
  return reaches({ offset, next }, { first, high });
}

const isNews = ({ offset, whole }: TailPlace, endsBefore: boolean): boolean => whole || offset === '' || endsBefore;

const reaches = ({ offset, next }: { offset: string; next: bigint }, { first, high }: { first: bigint; high: bigint }): boolean =>
  offset === '' || (next <= high && first <= next);

async function readFrom(tail: Tail, from: string | undefined, stretch: Stretch, signal: AbortSignal): Promise<void> {
  const outcome = await readTo(tail, from, stretch, signal);
  if (outcome === 'out of range' && from !== undefined) await readTo(tail, undefined, stretch, signal);
}

interface Stretch {
  /** The offset behind it. */
  readonly high: bigint;
  readonly takeNext: (message: StreamMessage) => void;
}

async function readTo({ consumer, topic }: Tail, from: string | undefined, { high, takeNext }: Stretch, signal: AbortSignal): Promise<'read' | 'out of range'> {
  const stopped = new AbortController();
  let done: (outcome: 'read' | 'out of range') => void = () => undefined;
  const complete = new Promise<'read' | 'out of range'>((resolve) => (done = resolve));
  signal.addEventListener('abort', () => done('read'), { signal: stopped.signal });
  const subscription = await consumer.subscribe({
    topic,
    group: `${topic}.tail`,
    from: from ?? 'beginning',
    onBatch: async ({ messages }) => {
      messages.forEach(takeNext);
      if (BigInt(messages.at(-1)?.offset ?? 0) >= high - 1n) done('read');
    },
    onOffsetOutOfRange: () => done('out of range'),
  });
  const outcome = await complete;
  stopped.abort();
  await subscription.close();
  return outcome;
}
