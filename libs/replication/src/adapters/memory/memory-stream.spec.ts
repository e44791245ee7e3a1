import { streamContract } from '../../../contract/src/stream.contract';
import { MemoryBroker } from './memory-broker';
import { MemoryStreamConsumer } from './memory-stream-consumer';
import { MemoryStreamPublisher } from './memory-stream-publisher';

streamContract('memory', async () => {
  const broker = new MemoryBroker();
  return {
    publisher: () => new MemoryStreamPublisher(broker),
    consumer: () => new MemoryStreamConsumer(broker),
    dropBefore: async (topic, offset) => broker.dropBefore(topic, offset),
  };
});
