import type { StreamConsumer, StreamRequest, StreamSubscription } from '../../ports/stream';
import type { MemoryBroker } from './memory-broker';
import { MemorySubscription } from './memory-subscription';

export class MemoryStreamConsumer implements StreamConsumer {
  private readonly subscriptions = new Set<MemorySubscription>();

  constructor(private readonly broker: MemoryBroker) {}

  async subscribe(request: StreamRequest): Promise<StreamSubscription> {
    const subscription = new MemorySubscription(this.broker, request);
    this.subscriptions.add(subscription);
    subscription.start();
    return subscription;
  }

  async watch(): Promise<void> {}

  async highWatermark(topic: string): Promise<string> {
    const { low, messages } = this.broker.topic(topic);
    return String(low + messages.length);
  }

  async isEmpty(topic: string): Promise<boolean> {
    return this.broker.topic(topic).messages.length === 0;
  }

  async close(): Promise<void> {
    await Promise.all([...this.subscriptions].map((subscription) => subscription.close()));
  }
}
