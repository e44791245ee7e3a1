import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import type { Logger } from '@tidelock/kernel';
import { Backoff, deliver, type StreamMessage, type StreamRequest, type StreamSubscription } from '@tidelock/stream';
import { offsetsOf } from './kafka-client';
import { KafkaReader } from './kafka-reader';

/**
 * A reader's place in a topic, across the lives of kafkajs consumers. The place is ours: kafkajs resets a consumer
 * silently when an offset is out of range and may stop for good after an error, so continuity is checked here on every
 * batch, and a consumer that crashed or fell silent is replaced.
 */
export class KafkaSubscription implements StreamSubscription {
  private readonly ended = new AbortController();
  /** The offset wanted next; `undefined` = whatever the topic begins with. */
  private next: bigint | undefined;
  /** The last one that was found. */
  private hole = '';
  private running: Promise<void> = Promise.resolve();
  /** The consumer that lives. */
  private reader: KafkaReader | undefined;

  constructor(
    private readonly kafka: Kafka,
    private readonly request: StreamRequest,
    private readonly logger: Logger,
    private readonly explain: (error: unknown) => string,
  ) {
    this.next = request.from === 'beginning' ? undefined : BigInt(request.from);
  }

  start(): void {
    this.running = this.supervise();
  }

  async close(): Promise<void> {
    this.ended.abort();
    await this.running;
  }

  /** @see StreamConsumer.watch */
  async watch(): Promise<void> {
    await this.reader?.watch(() => this.inspect());
  }

  private async supervise(): Promise<void> {
    const { signal } = this.ended;
    const backoff = new Backoff(100, 2000);
    while (!signal.aborted) {
      const reason = await this.readOnce(backoff);
      if (signal.aborted) return;
      this.request.onTrouble?.(reason);
      this.logger.debug('reading the stream anew', { topic: this.request.topic, reason });
      // eslint-disable-next-line tidelock/recurring-timers -- inside one run of the task `follow`, or one look at a topic
      await sleep(backoff.delay(), undefined, { signal }).catch(() => undefined);
    }
  }

  /** One life of a consumer. @returns why it ended. */
  private async readOnce(backoff: Backoff): Promise<string> {
    const { topic, group } = this.request;
    try {
      if (!(await this.checkRange())) return 'offset out of range';
      // A group of its own for each life: joining one in which a crashed consumer still counts as a member takes until
      // the broker gives that up, ten seconds. Groups without members and offsets are removed by the broker.
      const ownGroup = `${group}.${randomBytes(4).toString('hex')}`;
      const reader = (this.reader = new KafkaReader(this.kafka, { topic, group: ownGroup, logger: this.logger }));
      return await reader.run({
        ended: this.ended.signal,
        reached: () => this.request.onTrouble?.(undefined),
        explain: this.explain,
        wanted: () => String(this.next),
        take: async (messages, heartbeat, ended) => {
          backoff.reset();
          await this.take(messages, heartbeat, ended);
        },
      });
    } catch (error) {
      return this.explain(error);
    } finally {
      const { reader } = this;
      this.reader = undefined;
      await reader?.close();
    }
  }

  private async take(
    fetched: readonly StreamMessage[],
    heartbeat: () => Promise<void>,
    ended: AbortSignal,
  ): Promise<void> {
    const next = this.next ?? 0n;
    const messages = fetched.filter(({ offset }) => BigInt(offset) >= next);
    const [first, last] = [messages[0], messages.at(-1)];
    if (first === undefined || last === undefined) return;
    await this.checkHole(next, BigInt(first.unreadFrom ?? first.offset));
    const taken = await deliver({ topic: this.request.topic, messages, heartbeat }, this.request.onBatch, ended);
    if (taken) this.next = BigInt(last.offset) + 1n;
  }

  /**
   * A jump of kafkajs's is not found again by its successor. A hole that is, is the topic's own: waiting does not fill it, and whether a message is
   * missing is told by the chain of digests.
   *
   * @throws {Error} where it is found for the first time.
   */
  private async checkHole(next: bigint, found: bigint): Promise<void> {
    if (found <= next) return;
    const hole = `the broker went on at offset ${found} where ${next} was wanted`;
    if (this.hole === hole) return;
    this.hole = hole;
    await this.checkRange();
    throw new Error(hole);
  }

  /** @returns false, and ends the subscription, when the topic does not hold the offset wanted. */
  private async checkRange(): Promise<boolean> {
    const { low, high } = await offsetsOf(this.kafka, this.request.topic);
    const next = (this.next ??= low);
    if (next >= low && next <= high) return true;
    if (!this.ended.signal.aborted) {
      this.ended.abort();
      this.request.onOffsetOutOfRange?.({ wanted: String(next), low: String(low), high: String(high) });
    }
    return false;
  }

  /** Nothing has come for a while. @returns whether something should have. */
  private async inspect(): Promise<boolean> {
    if (!(await this.checkRange())) return true;
    return (await offsetsOf(this.kafka, this.request.topic)).high > (this.next ?? 0n);
  }
}
