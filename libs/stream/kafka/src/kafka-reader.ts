import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { type Logger, reasonOf } from '@tidelock/kernel';
import type { StreamMessage } from '@tidelock/stream';
import { FEW_RETRIES } from './kafka-client';
import type { FetchedMessage } from './record-set';

const FETCH_BYTES = 64 * 1024 * 1024;
/** Bounds a batch in memory. A single larger message is still delivered (KIP-74). */
const PARTITION_BYTES = 8 * 1024 * 1024;
/** A consumer fetches several times a second, also when there is nothing: silence means that it hangs. */
const SILENCE_MS = 30_000;
/** A batch fetched before the seek may still arrive; more than a few mean that the seek did not hold. */
const MOST_USELESS_BATCHES = 5;

export interface ReaderTask {
  readonly ended: AbortSignal;
  /** The broker was asked for messages and answered. */
  reached(): void;
  /** Why the broker did not do as asked. */
  explain(error: unknown): string;
  /** Offset to begin with. */
  wanted(): string;
  take(messages: readonly StreamMessage[], heartbeat: () => Promise<void>, ended: AbortSignal): Promise<void>;
}

/** One life of a kafkajs consumer: from connecting to its first failure. */
export class KafkaReader {
  private readonly consumer: Consumer;
  private readonly over = new AbortController();
  private busy = false;
  private useless = 0;
  private suspected = false;
  private fetchedAt = performance.now();
  private tookAt = performance.now();
  private finish: (reason: string) => void = () => {};

  constructor(
    kafka: Kafka,
    private readonly at: { readonly topic: string; readonly group: string; readonly logger: Logger },
  ) {
    this.consumer = kafka.consumer({
      groupId: at.group,
      maxWaitTimeInMs: 250,
      maxBytes: FETCH_BYTES,
      maxBytesPerPartition: PARTITION_BYTES,
      sessionTimeout: 10_000,
      heartbeatInterval: 1000,
      allowAutoTopicCreation: false,
      // A transaction that somebody leaves open hides what is behind it from those who wait for its end.
      readUncommitted: true,
      // One place decides about restarts: the subscription.
      retry: { ...FEW_RETRIES, restartOnFailure: async () => false },
    });
  }

  /** @returns why reading ended: a crash, silence, or the task's own end. */
  async run(task: ReaderTask): Promise<string> {
    const { consumer } = this;
    const end = new Promise<string>((resolve) => {
      this.finish = resolve;
    });
    const stop = () => this.finish('closed');
    task.ended.addEventListener('abort', stop, { once: true });
    consumer.on(consumer.events.CRASH, ({ payload }) => this.finish(task.explain(payload.error)));
    consumer.on(consumer.events.FETCH, () => {
      this.fetchedAt = performance.now();
      task.reached();
    });
    // The group's committed offset is not ours to trust: our database says where to read on.
    consumer.on(consumer.events.GROUP_JOIN, () =>
      consumer.seek({ topic: this.at.topic, partition: 0, offset: task.wanted() }),
    );
    try {
      await consumer.connect();
      await consumer.subscribe({ topic: this.at.topic, fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: (payload) => this.onBatch(payload, task),
      });
      if (task.ended.aborted) stop();
      return await end;
    } finally {
      task.ended.removeEventListener('abort', stop);
    }
  }

  /**
   * Ends `run` where the consumer hangs.
   *
   * @param inspect asked after a while without messages: should there have been some?
   */
  async watch(inspect: () => Promise<boolean>): Promise<void> {
    const now = performance.now();
    if (this.busy) return;
    if (now - this.fetchedAt > SILENCE_MS) this.finish('the consumer fell silent');
    if (now - this.tookAt < SILENCE_MS) return;
    if (!(await inspect().catch(() => false))) {
      this.tookAt = now;
      this.suspected = false;
    } else if (this.suspected) {
      this.finish('messages wait that the consumer does not fetch');
    } else {
      // A message may have come this very moment: the next look decides.
      this.suspected = true;
    }
  }

  async close(): Promise<void> {
    this.over.abort();
    await this.consumer.disconnect().catch((error: unknown) => {
      this.at.logger.debug('a consumer did not leave in order', { reason: reasonOf(error) });
    });
  }

  private async onBatch(payload: EachBatchPayload, task: ReaderTask): Promise<void> {
    const { batch } = payload;
    const last = batch.messages.at(-1);
    if (last === undefined || payload.isStale() || this.over.signal.aborted) return;
    if (BigInt(last.offset) < BigInt(task.wanted())) {
      if (++this.useless > MOST_USELESS_BATCHES) this.finish('only old messages came');
      return;
    }
    this.useless = 0;
    this.suspected = false;
    this.busy = true;
    try {
      // kafkajs hands on what `readRecordSet` has made.
      await task.take(
        (batch.messages as unknown as readonly FetchedMessage[]).map(messageOf),
        payload.heartbeat,
        AbortSignal.any([task.ended, this.over.signal]),
      );
      payload.resolveOffset(batch.lastOffset());
      await payload.heartbeat();
    } catch (error) {
      this.finish(reasonOf(error));
    } finally {
      this.busy = false;
      this.fetchedAt = this.tookAt = performance.now();
    }
  }
}

const messageOf = ({ offset, value, unreadFrom }: FetchedMessage): StreamMessage => ({
  offset,
  value: value ?? Buffer.alloc(0),
  ...(unreadFrom !== undefined && { unreadFrom }),
});
