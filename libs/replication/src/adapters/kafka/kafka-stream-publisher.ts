import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { Logger } from '@tidelock/kernel';
import type { BrokerSettings, StreamPublisher } from '../../ports/stream';
import { connectKafka, FEW_RETRIES, withAdmin } from './kafka-client';
import { ensureTopic } from './kafka-topic';

/**
 * Idempotent producer, all in-sync copies acknowledge, one request in flight: kafkajs's own defaults would reorder on
 * retries. After a failure the producer is thrown away: its sequence numbers may no longer match the broker's, and a
 * different batch under numbers already used would be acknowledged without being written.
 */
export class KafkaStreamPublisher implements StreamPublisher {
  private readonly kafka: Kafka;
  private producer: Promise<Producer> | undefined;
  private readonly closed = new AbortController();

  constructor(
    private readonly settings: BrokerSettings,
    logger: Logger,
  ) {
    this.kafka = connectKafka(settings, logger);
  }

  ensureTopic(topic: string): Promise<void> {
    return withAdmin(this.kafka, (admin) => ensureTopic(admin, topic, this.settings));
  }

  async publish(topic: string, messages: readonly Buffer[]): Promise<{ lastOffset: string }> {
    const { signal } = this.closed;
    let interrupt: () => void = () => undefined;
    const interrupted = new Promise<never>((_, reject) => (interrupt = () => reject(new Error('the stream publisher is closed'))));
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      signal.throwIfAborted();
      return await Promise.race([this.send(topic, messages), interrupted]);
    } catch (error) {
      await this.dropProducer();
      throw error;
    } finally {
      signal.removeEventListener('abort', interrupt);
    }
  }

  async close(): Promise<void> {
    this.closed.abort();
    await this.dropProducer();
  }

  private async send(topic: string, messages: readonly Buffer[]): Promise<{ lastOffset: string }> {
    const producer = await (this.producer ??= this.connect());
    const [answer] = await producer.send({ topic, acks: -1, messages: messages.map((value) => ({ value, partition: 0 })) });
    const base = answer?.baseOffset;
    const known = base !== undefined && !base.startsWith('-');
    return { lastOffset: known ? String(BigInt(base) + BigInt(messages.length - 1)) : '' };
  }

  private async connect(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: FEW_RETRIES,
      // Every message names its partition; naming the partitioner only spares a warning.
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return producer;
  }

  private async dropProducer(): Promise<void> {
    const { producer } = this;
    this.producer = undefined;
    await producer?.then((connected) => connected.disconnect()).catch(() => undefined);
  }
}
