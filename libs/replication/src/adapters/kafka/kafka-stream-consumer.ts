import type { Kafka } from 'kafkajs';
import type { Logger } from '@tidelock/kernel';
import type { BrokerSettings, StreamConsumer, StreamRequest, StreamSubscription } from '../../ports/stream';
import { brokerTrouble } from './broker-trouble';
import { connectKafka, offsetsOf } from './kafka-client';
import { KafkaSubscription } from './kafka-subscription';

export class KafkaStreamConsumer implements StreamConsumer {
  private readonly kafka: Kafka;
  private readonly subscriptions = new Set<KafkaSubscription>();

  constructor(
    private readonly settings: BrokerSettings,
    private readonly logger: Logger,
  ) {
    this.kafka = connectKafka(settings, logger);
  }

  async subscribe(request: StreamRequest): Promise<StreamSubscription> {
    const subscription = new KafkaSubscription(this.kafka, request, this.logger, (error) => brokerTrouble(error, this.settings));
    this.subscriptions.add(subscription);
    subscription.start();
    return {
      close: async () => {
        this.subscriptions.delete(subscription);
        await subscription.close();
      },
    };
  }

  async highWatermark(topic: string): Promise<string> {
    return String((await offsetsOf(this.kafka, topic)).high);
  }

  async close(): Promise<void> {
    await Promise.all([...this.subscriptions].map((subscription) => subscription.close()));
    this.subscriptions.clear();
  }
}
