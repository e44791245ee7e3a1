import type { Admin, Kafka } from 'kafkajs';
import type { Logger } from '@tidelock/kernel';
import type { BrokerSettings, StreamConsumer, StreamRequest, StreamSubscription } from '@tidelock/stream';
import { brokerTrouble } from './broker-trouble';
import { connectKafka, offsetsBy, type TopicOffsets } from './kafka-client';
import { KafkaSubscription } from './kafka-subscription';

export class KafkaStreamConsumer implements StreamConsumer {
  private readonly kafka: Kafka;
  private readonly subscriptions = new Set<KafkaSubscription>();
  /** Kept between questions: a primary at rest asks every few seconds, and a connection costs several times what an answer does. */
  private admin: Admin | undefined;

  constructor(
    private readonly settings: BrokerSettings,
    private readonly logger: Logger,
  ) {
    this.kafka = connectKafka(settings, logger);
  }

  async subscribe(request: StreamRequest): Promise<StreamSubscription> {
    const subscription = new KafkaSubscription(this.kafka, request, this.logger, (error) =>
      brokerTrouble(error, this.settings),
    );
    this.subscriptions.add(subscription);
    subscription.start();
    return {
      close: async () => {
        this.subscriptions.delete(subscription);
        await subscription.close();
      },
    };
  }

  async watch(): Promise<void> {
    await Promise.all([...this.subscriptions].map((subscription) => subscription.watch()));
  }

  async highWatermark(topic: string): Promise<string> {
    return String((await this.offsets(topic)).high);
  }

  async isEmpty(topic: string): Promise<boolean> {
    const { low, high } = await this.offsets(topic);
    return low === high;
  }

  private async offsets(topic: string): Promise<TopicOffsets> {
    const isKept = this.admin !== undefined;
    try {
      return await this.askForOffsets(topic);
    } catch (error) {
      // What a kept connection knows of the brokers is old: another one may lead the topic by now. A broker that is silent is asked once.
      if (!isKept || (error as Error).name === 'KafkaJSRequestTimeoutError') throw error;
      return this.askForOffsets(topic);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.subscriptions].map((subscription) => subscription.close()));
    this.subscriptions.clear();
    await this.drop(this.admin);
  }

  private async askForOffsets(topic: string): Promise<TopicOffsets> {
    const admin = (this.admin ??= this.kafka.admin());
    try {
      // Nothing where it is connected.
      await admin.connect();
      return await offsetsBy(admin, topic);
    } catch (error) {
      await this.drop(admin);
      throw error;
    }
  }

  private async drop(admin: Admin | undefined): Promise<void> {
    if (this.admin === admin) this.admin = undefined;
    await admin?.disconnect().catch(() => undefined);
  }
}
