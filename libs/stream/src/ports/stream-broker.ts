import type { BrokerSettings, StreamConsumer, StreamPublisher } from './stream';
import type { StreamTransport } from './stream-transport';

/** A kind of broker, with all that one is reached by. Nothing connects before it is used. */
export interface StreamBroker {
  publisher(settings: BrokerSettings): StreamPublisher;
  consumer(settings: BrokerSettings): StreamConsumer;
  /** Why the broker did not do as asked, for people. */
  explain(error: unknown, settings: BrokerSettings): string;
  readonly transport: StreamTransport;
}
