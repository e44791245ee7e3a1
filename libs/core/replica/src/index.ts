export { type ForwardedRequest, incomingOf, replyOf } from './forwarding';
export { Replica, type ReplicaSettings } from './replica-room';
export { readState, type SeenState, writeState } from './state-header';
