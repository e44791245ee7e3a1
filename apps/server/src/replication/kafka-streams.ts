import type { Clock, Logger } from '@tidelock/kernel';
import {
  Applier,
  type BrokerAccess,
  type BrokerSettings,
  brokerTrouble,
  type FollowedStream,
  type FollowOrder,
  KafkaBatchServer,
  KafkaStreamConsumer,
  KafkaStreamPublisher,
  type PublishedStream,
  type PublishOrder,
  Publisher,
  readCredentials,
  readerGroup,
  RemoteMerklePeer,
  signerOf,
  type StreamAdapters,
  StreamFollower,
  StreamKeyring,
  streamTopic,
  successors,
  FULL_STREAM,
} from '@tidelock/replication';
import { type ClusterStore, decodeMutation } from '@tidelock/store';

/** Streams over Kafka: what a primary publishes to, and what a secondary follows through the Nest transport. */
export class KafkaStreams implements StreamAdapters {
  private consumer: KafkaStreamConsumer | undefined;
  readonly server = new KafkaBatchServer(() => this.requireConsumer());

  constructor(
    private readonly store: ClusterStore,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  openStream = (order: PublishOrder): PublishedStream => {
    const { role, credentials, broker, onSuccession, keepAfter, filtered } = order;
    if (filtered) return this.openFilteredStream(order, filtered);
    const { store, clock, logger } = this;
    const topic = streamTopic(broker, role.setId);
    const storedKeys = async (): Promise<readonly string[]> => (await readCredentials(store.local)).streamKeys;
    const identity = {
      set: role.setId,
      topic,
      keys: new StreamKeyring(credentials.streamKeys),
      storedKeys,
      signer: signerOf(credentials),
    };
    const succession = {
      consumer: new KafkaStreamConsumer(broker, logger),
      onChange: onSuccession,
      successors: () => successors(store.replicated),
    };
    return new Publisher({
      store,
      stream: new KafkaStreamPublisher(broker, logger),
      identity,
      succession,
      keepAfter,
      clock,
      logger,
      explain: (error) => brokerTrouble(error, broker),
    });
  };

  /** Nobody takes such a stream over: it ends with its primary's reign. */
  private openFilteredStream(
    { role, credentials, broker }: PublishOrder,
    { view, keys }: NonNullable<PublishOrder['filtered']>,
  ): PublishedStream {
    const { store, clock, logger } = this;
    const storedKeys = async (): Promise<readonly string[]> =>
      (await readCredentials(store.local)).filterStreamKeys?.[view.name] ?? [];
    const topic = streamTopic(broker, role.setId, view.name);
    const identity = {
      set: role.setId,
      topic,
      keys: new StreamKeyring(keys),
      storedKeys,
      signer: signerOf(credentials),
      view,
    };
    return new Publisher({
      store,
      stream: new KafkaStreamPublisher(broker, logger),
      identity,
      clock,
      logger,
      explain: (error) => brokerTrouble(error, broker),
    });
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
      store,
      set: role.setId,
      stream: credentials.stream ?? FULL_STREAM,
      keys: keys.ring,
      reigns: keys.reigns,
      decode: decodeMutation,
      clock,
      logger,
      effect: effects.ofMessage,
      onUnknownKey: () => keys.refreshForUnknown(),
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
      refreshKeys: () => keys.refresh(),
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
