import { silentLogger } from '@tidelock/kernel';
import { KafkaStreamAccess } from '@tidelock/stream/kafka/testing';
import { KAFKA } from '../harness/services';

describe('rights at a Kafka without an authoriser', () => {
  const warnings: string[] = [];
  const logger = {
    ...silentLogger,
    warn: (text: string) => void warnings.push(text),
    error: (text: string) => void warnings.push(text),
  };
  const access = new KafkaStreamAccess(logger);
  const broker = { brokers: KAFKA.split(','), topicPrefix: 't' };
  const reader = { principal: 'User:us-east', topic: 't.s.stream', group: 't.s.us-east' };

  it('are not needed, and nobody is bothered with it', async () => {
    const outcomes = [
      await access.preview(broker, reader),
      await access.allow(broker, reader),
      await access.forbid(broker, reader, false),
    ];
    for (const outcome of outcomes) expect(outcome).toEqual({ state: 'not-needed', commands: [] });
    expect(warnings).toEqual([]);
  });
});
