export { type ForwardedBy, type ForwardedCaller, type IncomingRequest, type RequestContext } from './context';
export { type Answer, errorAnswer } from './envelope/answer';
/** @internal For tests. */
export { writtenFor } from './steps/require-forwardable';
export { type ForwardedOutcome, RequestPipeline } from './request-pipeline';
export type { AuditRoom, Availability, ForwardedAnswer, ReplicaRoom, ResolvedPath } from './rooms';
export { requireUsablePath } from './usable-path';
