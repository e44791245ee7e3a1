import { BaseRpcContext, type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { DirectTransport, type StreamMessage, type StreamTransport, type TransportOrder } from '@tidelock/stream';
import { isObservable, lastValueFrom } from 'rxjs';

/** Pattern under which a controller receives the batches of whatever topic is followed. */
export const STREAM_PATTERN = 'replication.stream';

/**
 * Nest transport for whole batches. Topics come at run time, because a secondary learns its topic when it is activated;
 * the pattern that controllers listen to is fixed. A handler that throws, or asks for it, gets the same batch again.
 */
export class KafkaBatchServer extends Server implements CustomTransportStrategy, StreamTransport {
  override readonly transportId = Symbol('KAFKA_BATCH');
  private readonly direct = new DirectTransport();

  listen(callback: () => void): void {
    callback();
  }

  async close(): Promise<void> {
    await this.unfollow();
  }

  on(): never {
    throw new Error('the stream has no events of its own');
  }

  unwrap(): never {
    throw new Error('the stream has a consumer of its own each time that one is followed');
  }

  follow(order: TransportOrder): Promise<void> {
    return this.direct.follow({
      ...order,
      take: (messages, heartbeat) => this.toController(messages, () => order.take(messages, heartbeat)),
    });
  }

  unfollow(): Promise<void> {
    return this.direct.unfollow();
  }

  /** @returns whether the batch got through to who follows, and was taken. */
  private async toController(messages: readonly StreamMessage[], take: () => Promise<boolean>): Promise<boolean> {
    const handler = this.getHandlerByPattern(STREAM_PATTERN);
    if (handler === null) throw new Error(`no controller listens to ${STREAM_PATTERN}`);
    const context = new BatchContext([take]);
    const result: unknown = await handler(messages, context);
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
    return context.isTaken;
  }
}

/** A batch on its way through Nest. @see TransportOrder.take */
export class BatchContext extends BaseRpcContext<[take: () => Promise<boolean>]> {
  private taken = false;

  /** Gives the batch to who follows the stream. */
  async deliver(): Promise<void> {
    this.taken = await this.args[0]();
  }

  get isTaken(): boolean {
    return this.taken;
  }
}
