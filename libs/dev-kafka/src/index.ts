export { type BrokerCertificate, newBrokerCertificate } from './broker-certificate';
export { type BrokerStatus, defaultBrokerDir, detachedStatus, startDetached, stopDetached } from './detached-kafka';
export { freePorts, isFree } from './ports';
export { Reaper } from './reaper';
export type { RunningKafka } from './running-kafka';
export { obtainKafka, startKafka } from './start-kafka';
