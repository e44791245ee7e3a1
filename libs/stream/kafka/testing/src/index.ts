// What tests forge, replay and stand for. Nothing that runs for users imports it.
export { KafkaStreamAccess } from '../../src/kafka-stream-access';
export { KafkaStreamConsumer } from '../../src/kafka-stream-consumer';
export { KafkaStreamPublisher } from '../../src/kafka-stream-publisher';
