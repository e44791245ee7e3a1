export { replyOf } from './forwarding';
export { incomingOf } from './received-request';
export { Replica } from './replica-room';
