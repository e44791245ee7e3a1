import { reasonOf } from '@tidelock/kernel';
import { DirectTransport, type StreamBroker } from '@tidelock/stream';
import { type MemoryBroker, MemoryStreamConsumer, MemoryStreamPublisher } from '@tidelock/stream/testing';

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

/** A broker in memory, as a cluster reaches it whose wire can be cut. */
export const reachedBroker = (broker: MemoryBroker, isCut: () => boolean): StreamBroker => ({
  publisher: () => new CutPublisher(broker, isCut),
  consumer: () => new CutConsumer(broker, isCut),
  explain: reasonOf,
  transport: new DirectTransport(),
});
