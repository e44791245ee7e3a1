import type { Clock, Logger } from '@tidelock/kernel';
import {
  Applier, type BrokerAccess, type BrokerSettings, brokerTrouble, type FollowedStream, type FollowOrder, KafkaBatchServer, KafkaStreamConsumer,
  KafkaStreamPublisher, type PublishedStream, type PublishOrder, Publisher, readCredentials, readerGroup, RemoteMerklePeer, type StreamAdapters,
  StreamFollower, StreamKeyring,
  streamTopic,
} from '@tidelock/replication';
import { decodeMutation, type Store } from '@tidelock/store';

/** Streams over Kafka: what a primary publishes to, and what a secondary follows through the Nest transport. */
export class KafkaStreams implements StreamAdapters {
  private consumer: KafkaStreamConsumer | undefined;
  readonly server = new KafkaBatchServer(() => this.requireConsumer());

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  openStream = (order: PublishOrder): PublishedStream => {
    const { role, credentials: { streamKeys }, broker, onSuccession, keepAfter, filtered } = order;
    if (filtered) return this.openFilteredStream(order, filtered);
    const { store, clock, logger } = this;
    const topic = streamTopic(broker, role.setId);
    const storedKeys = async (): Promise<readonly string[]> => (await readCredentials(store.local)).streamKeys;
    const identity = { set: role.setId, topic, keys: new StreamKeyring(streamKeys), storedKeys, reign: role.reign };
    const succession = { consumer: new KafkaStreamConsumer(broker, logger), onChange: onSuccession };
    return new Publisher({
      store, stream: new KafkaStreamPublisher(broker, logger), identity, succession, keepAfter, clock, logger, explain: (error) => brokerTrouble(error, broker),
    });
  };

  /** Nobody takes such a stream over: it ends with its primary's reign. */
  private openFilteredStream({ role, broker }: PublishOrder, { view, keys }: NonNullable<PublishOrder['filtered']>): PublishedStream {
    const { store, clock, logger } = this;
    const storedKeys = async (): Promise<readonly string[]> => (await readCredentials(store.local)).filterStreamKeys?.[view.name] ?? [];
    const identity = { set: role.setId, topic: streamTopic(broker, role.setId, view.name), keys: new StreamKeyring(keys), storedKeys, view };
    return new Publisher({ store, stream: new KafkaStreamPublisher(broker, logger), identity, clock, logger, explain: (error) => brokerTrouble(error, broker) });
  }

  openBroker = (broker: BrokerSettings): BrokerAccess => ({
    publisher: new KafkaStreamPublisher(broker, this.logger),
    consumer: new KafkaStreamConsumer(broker, this.logger),
    explain: (error) => brokerTrouble(error, broker),
  });

  openFollower = ({ role, credentials, broker, link, keys, effects, onBootstrapped }: FollowOrder): FollowedStream => {
    const { store, clock, logger, server } = this;
    this.consumer = new KafkaStreamConsumer(broker, logger);
    const { topicPrefix } = broker;
    const applier = new Applier({
      store, set: role.setId, keys: keys.ring, decode: decodeMutation, clock, logger,
      effect: effects.ofMessage, onUnknownKey: () => keys.refreshForUnknown(),
    });
    applier.on('applied', ({ index }) => keys.passed(index));
    return new StreamFollower({
      store,
      server,
      applier,
      peer: new RemoteMerklePeer((name, body) => link.call(name, body, { timeoutMilliseconds: 30_000 })),
      topic: streamTopic({ topicPrefix }, role.setId, credentials.stream),
      group: readerGroup({ topicPrefix }, role.setId, role.secondaryId),
      clock,
      logger,
      onCaughtUp: onBootstrapped,
      effect: effects.ofSync,
      onSynchronised: () => keys.refresh(),
    });
  };

  async close(): Promise<void> {
    await this.consumer?.close();
  }

  private requireConsumer(): KafkaStreamConsumer {
    if (this.consumer === undefined) throw new Error('no stream is followed');
    return this.consumer;
  }
}
