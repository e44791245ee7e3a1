import { openMessage, type OpenedMessage } from '../domain/envelope';
import { decodeEpochStart } from '../domain/epoch-start';
import { StreamMessageRefusedError } from '../domain/errors';
import { decodeHeader, type Header } from '../domain/header';
import type { StreamKeyring } from '../domain/stream-key';
import type { StreamConsumer } from '../ports/stream';

/** A later epoch than one's own, found in the topic. */
export interface Succession {
  readonly epoch: number;
  /** Index of the last message of one's own epoch that the next one builds on; `undefined` while only its fence is there. */
  readonly after: number | undefined;
}

export interface TopicTail {
  readonly consumer: Pick<StreamConsumer, 'subscribe' | 'highWatermark'>;
  readonly topic: string;
  readonly set: string;
  readonly keys: StreamKeyring;
}

export interface OwnReign {
  readonly epoch: number;
  readonly reign: string;
  /** The epoch is known to have begun in the topic. */
  readonly started: boolean;
}

/**
 * Looks for a later epoch behind a place in the topic: whether another cluster has been made primary. Where two clusters were
 * promoted at the same time, to the same epoch, the one that began it first in the topic is the later one's successor.
 *
 * @param offset the broker's offset of one's own last message; `""` = not known.
 * @throws {Error} when the broker does not answer, or when messages of a later epoch are there that cannot be authenticated: nothing
 *   must be published over them, but a broker's word alone deposes nobody.
 */
export async function findSuccession(tail: TopicTail, own: OwnReign, offset: string, signal: AbortSignal): Promise<Succession | undefined> {
  const later = new LaterEpochs(tail, own);
  await readOn(tail, offset, signal, (message) => later.note(message));
  return later.found();
}

class LaterEpochs {
  private highest = 0;
  private after: number | undefined;
  private unreadable = 0;
  private started: boolean;

  constructor(
    private readonly tail: TopicTail,
    private readonly own: OwnReign,
  ) {
    this.started = own.started;
  }

  note(message: Buffer): void {
    const opened = this.authentic(message);
    if (opened === undefined) return;
    const { header, body } = opened;
    if (header.epoch === this.own.epoch && decodeEpochStart(body).reign === this.own.reign) {
      this.started = true;
      return;
    }
    this.highest = Math.max(this.highest, header.epoch);
    // What the next epoch builds on counts, whatever came after that one.
    if (header.kind === 'epoch-started') this.after ??= header.prev;
  }

  found(): Succession | undefined {
    if (this.highest > 0) return { epoch: this.highest, after: this.after };
    if (this.unreadable === 0) return undefined;
    throw new Error(`the topic ${this.tail.topic} holds messages of a later epoch than ${this.own.epoch} under a key that this cluster does not have: another cluster may have been promoted`);
  }

  private concerns({ epoch, kind }: Header): boolean {
    return epoch > this.own.epoch || (epoch === this.own.epoch && kind === 'epoch-started' && !this.started);
  }

  private authentic(message: Buffer): OpenedMessage | undefined {
    const { set, keys } = this.tail;
    try {
      const { header } = decodeHeader(message);
      if (header.set !== set || !this.concerns(header)) return undefined;
      return openMessage(message, set, (id) => keys.opening(id));
    } catch (error) {
      if (!(error instanceof StreamMessageRefusedError)) throw error;
      if (error.reason === 'unknown-key') this.unreadable += 1;
      return undefined;
    }
  }
}

/** Everything behind an offset that the topic holds now. */
async function readOn({ consumer, topic }: TopicTail, offset: string, signal: AbortSignal, take: (message: Buffer) => void): Promise<void> {
  const high = BigInt(await consumer.highWatermark(topic));
  const next = offset === '' ? undefined : BigInt(offset) + 1n;
  if (high === 0n || next === high) return;
  // A topic that ends before our last message was made anew, one that begins behind it was cut: all of it is news.
  let from: string | undefined = next === undefined || next > high ? undefined : String(next);
  while (!signal.aborted) {
    const outcome = await readTo({ consumer, topic }, from, high, signal, take);
    if (outcome === 'read' || from === undefined) return;
    from = undefined;
  }
}

async function readTo(
  { consumer, topic }: Pick<TopicTail, 'consumer' | 'topic'>, from: string | undefined, high: bigint, signal: AbortSignal, take: (message: Buffer) => void,
): Promise<'read' | 'out of range'> {
  const stopped = new AbortController();
  let done: (outcome: 'read' | 'out of range') => void = () => undefined;
  const complete = new Promise<'read' | 'out of range'>((resolve) => (done = resolve));
  signal.addEventListener('abort', () => done('read'), { signal: stopped.signal });
  const subscription = await consumer.subscribe({
    topic,
    group: `${topic}.tail`,
    from: from ?? 'beginning',
    onBatch: async ({ messages }) => {
      for (const { value } of messages) take(value);
      if (BigInt(messages.at(-1)?.offset ?? 0) >= high - 1n) done('read');
    },
    onOffsetOutOfRange: () => done('out of range'),
  });
  const outcome = await complete;
  stopped.abort();
  await subscription.close();
  return outcome;
}
