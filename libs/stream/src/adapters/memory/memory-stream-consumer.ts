import { once } from 'node:events';
import { deliver } from '../deliver';
import { type MemoryBroker, UNREADABLE } from './memory-broker';
import type { StreamBatch, StreamConsumer, StreamMessage, StreamRequest, StreamSubscription } from '../../ports/stream';

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

const BATCH_MESSAGES = 500;

export class MemorySubscription implements StreamSubscription {
  private readonly ended = new AbortController();
  private next: number | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly broker: MemoryBroker,
    private readonly request: StreamRequest,
  ) {
    this.next = request.from === 'beginning' ? undefined : Number(request.from);
  }

  start(): void {
    this.running = this.run();
  }

  async close(): Promise<void> {
    this.ended.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.ended;
    while (!signal.aborted) {
      const batch = this.read();
      if (batch === undefined) {
        await once(this.broker.changed, 'change', { signal }).catch(() => undefined);
      } else if (await deliver(batch, this.request.onBatch, signal)) {
        this.next = (this.next ?? 0) + batch.messages.length;
      }
    }
  }

  private read(): StreamBatch | undefined {
    if (this.broker.down) return undefined;
    const { topic, onOffsetOutOfRange } = this.request;
    const { low, messages } = this.broker.topic(topic);
    const high = low + messages.length;
    const next = (this.next ??= low);
    if (next < low || next > high) {
      this.ended.abort();
      onOffsetOutOfRange?.({ wanted: String(next), low: String(low), high: String(high) });
      return undefined;
    }
    const values = messages.slice(next - low, next - low + BATCH_MESSAGES);
    if (values.length === 0) return undefined;
    return { topic, messages: values.map((value, i) => messageAt(String(next + i), value)), heartbeat: async () => {} };
  }
}

const messageAt = (offset: string, value: Buffer): StreamMessage => ({
  offset,
  value,
  ...(value === UNREADABLE && { unreadFrom: offset }),
});
