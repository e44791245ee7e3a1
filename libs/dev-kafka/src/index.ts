export { KAFKA_VERSION, type KafkaSource, resolveKafka, type ResolveOptions } from './resolve-kafka';
export { type RunningKafka, startKafka, type StartOptions } from './start-kafka';
