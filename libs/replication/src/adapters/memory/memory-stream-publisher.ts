import type { StreamPublisher } from '../../ports/stream';
import type { MemoryBroker } from './memory-broker';

export class MemoryStreamPublisher implements StreamPublisher {
  private closed = false;

  constructor(private readonly broker: MemoryBroker) {}

  async ensureTopic(topic: string): Promise<void> {
    this.broker.topic(topic);
  }

  async publish(topic: string, messages: readonly Buffer[]): Promise<{ lastOffset: string }> {
    if (this.closed) throw new Error('the stream publisher is closed');
    return { lastOffset: this.broker.append(topic, messages) };
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
