import { Kafka, logLevel } from 'kafkajs';
import { silentLogger } from '@tidelock/kernel';
import { KafkaStreamConsumer, KafkaStreamPublisher } from '@tidelock/stream/kafka/testing';
import { streamContract } from '@tidelock/stream/contract';
import { KAFKA, newTopicPrefix } from '../harness/services';
import { topicSpoilers } from '../harness/topic-spoilers';

streamContract(
  'Kafka',
  async () => {
    const brokers = KAFKA.split(',');
    const settings = { brokers, topicPrefix: newTopicPrefix('contract') };
    const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
    return {
      publisher: () => new KafkaStreamPublisher(settings, silentLogger),
      consumer: () => new KafkaStreamConsumer(settings, silentLogger),
      dropBefore: async (topic, offset) => {
        await admin.connect();
        try {
          // kafkajs finds the topic's leader only after it has been asked something about it.
          await admin.fetchTopicOffsets(topic);
          await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
        } finally {
          await admin.disconnect();
        }
      },
    };
  },
  topicSpoilers,
);
