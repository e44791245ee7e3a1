export { AuditTrail } from './audit-trail';
export type { ForwardedAnswer, ForwardedBy, ForwardedCaller, IncomingRequest, RequestContext } from './request/context';
export { type Answer, errorAnswer } from './envelope/answer';
/** @internal For tests. */
export { writtenFor } from './steps/require-forwardable';
export { type ForwardedOutcome, RequestPipeline } from './request-pipeline';
export type { Availability, IdentityRoom, ReplicaRoom } from './steps/ports';
export { Traffic } from './traffic';
export { requireUsablePath } from './usable-path';
