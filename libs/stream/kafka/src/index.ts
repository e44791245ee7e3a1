export { KafkaBroker } from './kafka-broker';
export { StreamController } from './stream.controller';
