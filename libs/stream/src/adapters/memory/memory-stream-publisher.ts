import { StreamFencedError } from '../../domain/errors';
import type { StreamPublisher } from '../../ports/stream';
import type { MemoryBroker } from './memory-broker';

export class MemoryStreamPublisher implements StreamPublisher {
  private closed = false;
  private readonly claims = new Map<string, number>();

  constructor(private readonly broker: MemoryBroker) {}

  async ensureTopic(topic: string): Promise<void> {
    this.broker.topic(topic);
  }

  async claim(topic: string): Promise<void> {
    this.claims.set(topic, ++this.broker.topic(topic).claims);
  }

  async publish(topic: string, messages: readonly Buffer[]): Promise<{ lastOffset: string }> {
    if (this.closed) throw new Error('the stream publisher is closed');
    if (!this.claims.has(topic)) await this.claim(topic);
    const [claim, place] = [this.claims.get(topic) as number, this.broker.topic(topic)];
    if (claim < place.owner) {
      this.claims.delete(topic);
      throw new StreamFencedError(topic);
    }
    place.owner = claim;
    return { lastOffset: this.broker.append(topic, messages) };
  }

  async deleteTopic(topic: string): Promise<void> {
    this.broker.topics.delete(topic);
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
