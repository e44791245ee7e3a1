export type {
  ForwardedAnswer,
  ForwardedBy,
  ForwardedCaller,
  IncomingRequest,
  RequestContext,
  ResolvedPath,
} from './context';
export { type Answer, errorAnswer } from './envelope/answer';
/** @internal For tests. */
export { writtenFor } from './steps/require-forwardable';
export { type ForwardedOutcome, RequestPipeline } from './request-pipeline';
export type { AuditRoom, Availability, IdentityRoom, ReplicaRoom } from './rooms';
export { Traffic } from './traffic';
export { requireUsablePath } from './usable-path';
