import type { StreamTransport } from './stream-transport';
import type { BrokerSettings, StreamConsumer, StreamPublisher } from './stream';

/** A kind of broker, with all that one is reached by. Nothing connects before it is used. */
export interface StreamBroker {
  publisher(settings: BrokerSettings): StreamPublisher;
  consumer(settings: BrokerSettings): StreamConsumer;
  /** Why the broker did not do as asked, for people. */
  explain(error: unknown, settings: BrokerSettings): string;
  readonly transport: StreamTransport;
}

/** Tries, before anything depends on it, whether a stream can be followed. Each rejects with a reason for people, without secrets. */
export interface StreamProbe {
  /** Somebody listens at one of these addresses of brokers (`host:port`). */
  listens(brokers: readonly string[]): Promise<void>;
  /** The broker answers and takes the credentials. */
  reach(broker: BrokerSettings): Promise<void>;
  /** The topic is there and this cluster may read it. @param group what its readers' names begin with. */
  read(broker: BrokerSettings, topic: string, group: string): Promise<void>;
}
