import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { OffsetOutOfRange, StreamBatch, StreamConsumer, StreamSubscription } from '../../ports/stream';
import { BatchContext } from './batch-context';

/** Pattern under which a controller receives the batches of whatever topic is followed. */
export const STREAM_PATTERN = 'replication.stream';

export interface FollowOrder {
  readonly topic: string;
  /** Name towards the broker: `<prefix>.<set id>.<secondary id>`. */
  readonly group: string;
  /** The broker's offset of the last message applied; `""` = not known, read from the beginning. */
  readonly brokerOffset: string;
  readonly onOffsetOutOfRange?: (facts: OffsetOutOfRange) => void;
  readonly onTrouble?: (reason: string | undefined) => void;
}

/**
 * Nest transport for whole batches. Topics come at run time, because a secondary learns its topic when it is activated;
 * the pattern that controllers listen to is fixed. A handler that throws, or asks for it, gets the same batch again.
 */
export class KafkaBatchServer extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('KAFKA_BATCH');
  private subscription: StreamSubscription | undefined;

  /** @param consumer made when first needed: a cluster that follows nobody opens no connection. */
  constructor(private readonly consumer: () => StreamConsumer) {
    super();
  }

  listen(callback: () => void): void {
    callback();
  }

  async close(): Promise<void> {
    await this.unfollow();
  }

  on(): never {
    throw new Error('the stream has no events of its own');
  }

  unwrap<T>(): T {
    return this.consumer() as T;
  }

  /** Reads on after a position, in place of whatever was followed before. */
  async follow(order: FollowOrder): Promise<void> {
    await this.unfollow();
    this.subscription = await this.consumer().subscribe({
      topic: order.topic,
      group: order.group,
      from: order.brokerOffset === '' ? 'beginning' : String(BigInt(order.brokerOffset) + 1n),
      onBatch: (batch) => this.onBatch(batch),
      ...(order.onOffsetOutOfRange && { onOffsetOutOfRange: order.onOffsetOutOfRange }),
      ...(order.onTrouble && { onTrouble: order.onTrouble }),
    });
  }

  /** Resolves when no batch is being handled any more; so a handler must not wait for it. */
  async unfollow(): Promise<void> {
    const { subscription } = this;
    this.subscription = undefined;
    await subscription?.close();
  }

  private async onBatch(batch: StreamBatch): Promise<void> {
    const handler = this.getHandlerByPattern(STREAM_PATTERN);
    if (handler === null) throw new Error(`no controller listens to ${STREAM_PATTERN}`);
    const context = new BatchContext([batch]);
    const result: unknown = await handler(batch.messages, context);
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
    if (context.wantsRedelivery) throw new Error('the batch was not taken');
  }
}
