import type { Clock, Logger } from '@tidelock/kernel';
import {
  Applier, type BrokerSettings, brokerTrouble, type Credentials, type FollowedStream, type FollowOrder, KafkaBatchServer, KafkaStreamConsumer,
  KafkaStreamPublisher, type PublishedStream, Publisher, readCredentials, readerGroup, RemoteMerklePeer, type Role, type StreamAdapters, StreamFollower, StreamKeyring,
  streamTopic,
} from '@tidelock/replication';
import { decodeMutation, type Store } from '@tidelock/store';
import type { NodeSettings } from '../node/node-settings';

/** Streams over Kafka: what a primary publishes to, and what a secondary follows through the Nest transport. */
export class KafkaStreams implements StreamAdapters {
  private consumer: KafkaStreamConsumer | undefined;
  readonly server = new KafkaBatchServer(() => this.requireConsumer());

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly settings: Pick<NodeSettings, 'broker'>,
  ) {}

  openStream = (role: Role, { streamKeys }: Credentials): PublishedStream => {
    const { store, clock, logger } = this;
    const broker = this.requireBroker();
    const storedKeys = async (): Promise<readonly string[]> => (await readCredentials(store.local)).streamKeys;
    const identity = { set: role.setId, topic: streamTopic(broker, role.setId), keys: new StreamKeyring(streamKeys), storedKeys };
    return new Publisher({ store, stream: new KafkaStreamPublisher(broker, logger), identity, clock, logger, explain: (error) => brokerTrouble(error, broker) });
  };

  openFollower = ({ role, credentials, broker, link, keys, onBootstrapped }: FollowOrder): FollowedStream => {
    const { store, clock, logger, server } = this;
    this.consumer = new KafkaStreamConsumer(broker, logger);
    // The topic is the primary's, also where this cluster reaches the broker by addresses of its own.
    const { topicPrefix } = credentials.broker ?? broker;
    const applier = new Applier({
      store, set: role.setId, keys: keys.ring, decode: decodeMutation, clock, logger,
      onKeyRotated: (body, index) => keys.rotated(body, index), onUnknownKey: () => keys.refreshForUnknown(),
    });
    applier.on('applied', ({ index }) => keys.passed(index));
    return new StreamFollower({
      store,
      server,
      applier,
      peer: new RemoteMerklePeer((name, body) => link.call(name, body, { timeoutMilliseconds: 30_000 })),
      topic: streamTopic({ topicPrefix }, role.setId),
      group: readerGroup({ topicPrefix }, role.setId, role.secondaryId),
      clock,
      logger,
      onCaughtUp: onBootstrapped,
      onSynchronised: () => keys.refresh(),
    });
  };

  async close(): Promise<void> {
    await this.consumer?.close();
  }

  private requireBroker(): BrokerSettings {
    if (this.settings.broker === undefined) throw new Error('this cluster is a primary, but its configuration names no broker');
    return this.settings.broker;
  }

  private requireConsumer(): KafkaStreamConsumer {
    if (this.consumer === undefined) throw new Error('no stream is followed');
    return this.consumer;
  }
}
