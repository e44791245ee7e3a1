import { type Clock, reasonOf, silentLogger } from '@tidelock/kernel';
import { type ClusterStore, decodeMutation } from '@tidelock/store';
import {
  Applier,
  type BrokerAccess,
  type FollowedStream,
  type FollowOrder,
  FULL_STREAM,
  KafkaBatchServer,
  type PublishedStream,
  type PublishOrder,
  Publisher,
  readCredentials,
  readerGroup,
  RemoteMerklePeer,
  signerOf,
  type StreamAdapters,
  StreamController,
  StreamFollower,
  StreamKeyring,
  streamTopic,
  successors,
} from '../../../src';
import {
  type BatchContext,
  type MemoryBroker,
  MemoryStreamConsumer,
  MemoryStreamPublisher,
  STREAM_PATTERN,
  type StreamMessage,
} from '../../../testing/src';

/** A publisher whose wire to the broker can be cut. */
class CutPublisher extends MemoryStreamPublisher {
  constructor(
    broker: MemoryBroker,
    private readonly isCut: () => boolean,
  ) {
    super(broker);
  }

  override async publish(topic: string, messages: readonly Buffer[]) {
    if (this.isCut()) throw new Error('the broker does not answer');
    return super.publish(topic, messages);
  }
}

/** A consumer whose wire can be cut, too. */
class CutConsumer extends MemoryStreamConsumer {
  constructor(
    broker: MemoryBroker,
    private readonly isCut: () => boolean,
  ) {
    super(broker);
  }

  override async highWatermark(topic: string): Promise<string> {
    if (this.isCut()) throw new Error('the broker does not answer');
    return super.highWatermark(topic);
  }
}

export interface MemoryStreamsParts {
  readonly store: ClusterStore;
  readonly broker: MemoryBroker;
  readonly clock: Clock;
  readonly isCut: () => boolean;
}

/** Streams of a cluster over a broker in memory, as `KafkaStreams` of the server are over Kafka. */
export class MemoryStreams implements StreamAdapters {
  constructor(private readonly parts: MemoryStreamsParts) {}

  openStream = ({ role, credentials, broker, onSuccession, keepAfter, filtered }: PublishOrder): PublishedStream => {
    const { store, clock } = this.parts;
    const name = filtered?.view.name ?? FULL_STREAM;
    const storedKeys = async (): Promise<readonly string[]> => {
      const { streamKeys, filterStreamKeys } = await readCredentials(store.local);
      return filtered ? (filterStreamKeys?.[name] ?? []) : streamKeys;
    };
    const identity = {
      set: role.setId,
      topic: streamTopic(broker, role.setId, name),
      keys: new StreamKeyring(filtered?.keys ?? credentials.streamKeys),
      storedKeys,
      signer: signerOf(credentials),
      ...(filtered && { view: filtered.view }),
    };
    const succession = filtered
      ? undefined
      : { consumer: this.consumer(), onChange: onSuccession, successors: () => successors(store.replicated) };
    return new Publisher({
      store,
      stream: this.publisher(),
      identity,
      ...(succession && { succession }),
      keepAfter,
      clock,
      logger: silentLogger,
    });
  };

  openBroker = (): BrokerAccess => ({ publisher: this.publisher(), consumer: this.consumer(), explain: reasonOf });

  openFollower = ({ role, credentials, broker, link, keys, effects, onBootstrapped }: FollowOrder): FollowedStream => {
    const { store, clock } = this.parts;
    const applier = new Applier({
      store,
      set: role.setId,
      stream: credentials.stream ?? FULL_STREAM,
      keys: keys.ring,
      reigns: keys.reigns,
      decode: decodeMutation,
      clock,
      logger: silentLogger,
      effect: effects.ofMessage,
      onUnknownKey: () => keys.refreshForUnknown(),
    });
    applier.on('applied', ({ index }) => keys.passed(index));
    return new StreamFollower({
      store,
      applier,
      clock,
      logger: silentLogger,
      server: this.serverOf(applier),
      peer: new RemoteMerklePeer((name, body) => link.call(name, body)),
      topic: streamTopic(broker, role.setId, credentials.stream),
      group: readerGroup(broker, role.setId, role.secondaryId),
      onCaughtUp: onBootstrapped,
      effect: effects.ofSync,
      refreshKeys: () => keys.refresh(),
    });
  };

  private publisher(): MemoryStreamPublisher {
    return new CutPublisher(this.parts.broker, this.parts.isCut);
  }

  private consumer(): MemoryStreamConsumer {
    return new CutConsumer(this.parts.broker, this.parts.isCut);
  }

  private serverOf(applier: Applier): KafkaBatchServer {
    const controller = new StreamController({ current: () => applier });
    const server = new KafkaBatchServer(() => this.consumer());
    server.addHandler(STREAM_PATTERN, (messages: readonly StreamMessage[], context: BatchContext) =>
      controller.apply(messages, context),
    );
    return server;
  }
}
