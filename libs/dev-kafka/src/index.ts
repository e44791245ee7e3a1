export { type BrokerCertificate, newBrokerCertificate } from './broker-certificate';
export type { KafkaSecurity, KafkaUser } from './broker-security';
export {
  type BrokerStatus,
  defaultBrokerDir,
  type DetachedOptions,
  detachedStatus,
  startDetached,
  stopDetached,
} from './detached-kafka';
export type { Env, ExternalKafka, KafkaSource, LocalKafka } from './kafka-source';
export { freePorts, isFree } from './ports';
export { Reaper } from './reaper';
export type { RunningKafka } from './running-kafka';
export { type KafkaAccess, type KafkaOptions, obtainKafka, startKafka } from './start-kafka';
