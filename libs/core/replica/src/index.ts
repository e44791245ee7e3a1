export { type ForwardedRequest, replyOf } from './forwarding';
export { incomingOf } from './received-request';
export { Replica, type ReplicaSettings } from './replica-room';
export type { SeenState } from './state-header';
