import { createHash } from 'node:crypto';
import { setImmediate as othersHaveRun } from 'node:timers/promises';
import type { StreamConsumer, StreamMessage, StreamSubscription } from '../ports/stream';

export interface Tail {
  readonly consumer: Pick<StreamConsumer, 'subscribe' | 'highWatermark' | 'isEmpty'>;
  readonly topic: string;
}

/** A publisher's last message, and whether to look before it, too. */
export interface TailPlace {
  /** The broker's offset; `""` = nothing was published yet. */
  readonly offset: string;
  readonly whole: boolean;
}

/** A message that a topic is known up to. */
export interface KnownMessage {
  readonly offset: string;
  /** SHA-256 of its value: a topic that was made anew has another one there. */
  readonly digest: Buffer;
}

/** The broker answers several times a second where there is something to read: one that gives nothing for so long is not waited for. */
const PATIENCE_MS = 30_000;
/** Others wait for so many messages at a time: each may cost a check of a signature, and a batch has as many as its writer likes. */
const AT_ONCE = 50;

/**
 * Reads everything that the topic holds now, behind a place.
 *
 * @returns whether nothing is missing between the place and what was read.
 * @throws {Error} where the broker gives nothing more for a while, although there is more; where the signal ends it before the end is reached.
 */
export async function readOn(
  tail: Tail,
  { offset, whole }: TailPlace,
  signal: AbortSignal,
  take: (message: StreamMessage) => void,
): Promise<boolean> {
  const high = BigInt(await tail.consumer.highWatermark(tail.topic));
  const next = offset === '' ? 0n : BigInt(offset) + 1n;
  if (high === 0n || (next === high && !whole)) return true;
  let first = high;
  const stretch = {
    high,
    takeNext: (message: StreamMessage): void => {
      if (first === high) first = BigInt(message.unreadFrom ?? message.offset);
      take(message);
    },
  };
  // A topic that ends before our last message was made anew, one that begins behind it was cut: all of it is news.
  await readFrom(tail, isNews({ offset, whole }, next > high) ? undefined : String(next), stretch, signal);
  return reaches({ offset, next }, { first, high });
}

/**
 * Reads everything that the topic holds now, behind a message that it is known up to.
 *
 * @returns false, and nothing was taken, where the topic does not hold that message any more.
 * @throws {Error} as `readOn`.
 */
export async function readBehind(
  tail: Tail,
  known: KnownMessage,
  signal: AbortSignal,
  take: (message: StreamMessage) => void,
): Promise<boolean> {
  const high = BigInt(await tail.consumer.highWatermark(tail.topic));
  if (high <= BigInt(known.offset)) return false;
  let isSame: boolean | undefined;
  const takeNext = (message: StreamMessage): void => {
    if (isSame) take(message);
    isSame ??= message.offset === known.offset && digestOf(message).equals(known.digest);
  };
  const outcome = await readTo(tail, known.offset, { high, takeNext, isOver: () => isSame === false }, signal);
  return outcome === 'read' && isSame === true;
}

export const digestOf = ({ value }: StreamMessage): Buffer => createHash('sha256').update(value).digest();

const isNews = ({ offset, whole }: TailPlace, endsBefore: boolean): boolean => whole || offset === '' || endsBefore;

const reaches = (
  { offset, next }: { offset: string; next: bigint },
  { first, high }: { first: bigint; high: bigint },
): boolean => offset === '' || (next <= high && first <= next);

async function readFrom(tail: Tail, from: string | undefined, stretch: Stretch, signal: AbortSignal): Promise<void> {
  const outcome = from === undefined ? 'out of range' : await readTo(tail, from, stretch, signal);
  if (outcome === 'read') return;
  // A topic that was cut to its end gives no batch: nothing would tell that it has been read.
  signal.throwIfAborted();
  if (!(await tail.consumer.isEmpty(tail.topic))) await readTo(tail, undefined, stretch, signal);
}

interface Stretch {
  /** The offset behind it. */
  readonly high: bigint;
  readonly takeNext: (message: StreamMessage) => void;
  /** Whether what comes next is not wanted. */
  readonly isOver?: () => boolean;
}

async function readTo(
  { consumer, topic }: Tail,
  from: string | undefined,
  { high, takeNext, isOver = () => false }: Stretch,
  signal: AbortSignal,
): Promise<'read' | 'out of range'> {
  signal.throwIfAborted();
  const stopped = new AbortController();
  const progress = new ReadProgress(`the topic ${topic} could not be read to its end`);
  // What was read until then says nothing of the rest.
  signal.addEventListener('abort', () => progress.giveUp(signal.reason), { signal: stopped.signal });
  let subscription: StreamSubscription | undefined;
  try {
    subscription = await consumer.subscribe({
      topic,
      group: `${topic}.tail`,
      from: from ?? 'beginning',
      onBatch: async ({ messages }) => {
        for (let at = 0; at < messages.length && !stopped.signal.aborted; at += AT_ONCE) {
          if (at > 0) await othersHaveRun();
          messages.slice(at, at + AT_ONCE).forEach(takeNext);
        }
        const { offset = '0' } = messages.at(-1) ?? {};
        progress.saw(`nothing came after offset ${offset} of ${high - 1n}`);
        if (BigInt(offset) >= high - 1n || isOver()) progress.end('read');
      },
      onOffsetOutOfRange: () => progress.end('out of range'),
      onTrouble: (reason) => progress.trouble(reason),
    });
    return await progress.outcome;
  } finally {
    stopped.abort();
    progress.stop();
    await subscription?.close();
  }
}

/** Waits for an outcome while there is any progress. */
class ReadProgress {
  readonly outcome: Promise<'read' | 'out of range'>;
  end: (outcome: 'read' | 'out of range') => void = () => undefined;
  private fail: (error: Error) => void = () => undefined;
  private readonly timer: NodeJS.Timeout;
  private place = 'nothing came';
  private reason: string | undefined;

  constructor(private readonly what: string) {
    this.outcome = new Promise((resolve, reject) => {
      this.end = resolve;
      this.fail = reject;
    });
    // It may fail before the broker has answered, when nobody waits for it yet.
    this.outcome.catch(() => undefined);
    this.timer = setTimeout(() => this.giveUp(), PATIENCE_MS);
  }

  saw(place: string): void {
    this.place = place;
    this.timer.refresh();
  }

  trouble(reason: string | undefined): void {
    this.reason = reason ?? this.reason;
  }

  giveUp(cause?: unknown): void {
    const { what, place, reason } = this;
    this.fail(new Error(`${what}: ${place}${reason === undefined ? '' : ` (${reason})`}`, { cause }));
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
