import type { StreamConsumer, StreamMessage, StreamRequest } from './stream';

/** What a secondary reads, from where on, and who takes it. */
export interface TransportOrder extends Pick<StreamRequest, 'topic' | 'group' | 'onOffsetOutOfRange' | 'onTrouble'> {
  readonly consumer: StreamConsumer;
  /** The broker's offset of the last message applied; `""` = not known, read from the beginning. */
  readonly brokerOffset: string;
  /**
   * Given whole batches, one at a time and in order.
   * @returns whether it took them; otherwise, and where it throws, the same batch comes again.
   */
  readonly take: (messages: readonly StreamMessage[], heartbeat: () => Promise<void>) => Promise<boolean>;
}

/** The way of batches from the broker to who follows a stream: one stream at a time. */
export interface StreamTransport {
  /** Reads on after a position, in place of whatever was followed before. */
  follow(order: TransportOrder): Promise<void>;
  /** Resolves when no batch is being handled any more; so `take` must not wait for it. */
  unfollow(): Promise<void>;
}
