import { streamContract } from '@tidelock/stream/contract';
import { MemoryBroker, UNREADABLE } from './memory-broker';
import { MemoryStreamConsumer } from './memory-stream-consumer';
import { MemoryStreamPublisher } from './memory-stream-publisher';

const broker = new MemoryBroker();

streamContract(
  'memory',
  async () => ({
    publisher: () => new MemoryStreamPublisher(broker),
    consumer: () => new MemoryStreamConsumer(broker),
    dropBefore: async (topic, offset) => broker.dropBefore(topic, offset),
  }),
  { 'what no publisher writes': async (topic) => void broker.append(topic, [UNREADABLE, UNREADABLE, UNREADABLE]) },
);
