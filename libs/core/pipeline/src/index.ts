export {
  contextOf,
  type ForwardedBy,
  type ForwardedCaller,
  type IncomingRequest,
  type RequestContext,
} from './context';
export { type Answer, errorAnswer } from './envelope/answer';
export { writtenFor } from './steps/require-forwardable';
export { type ForwardedOutcome, RequestPipeline } from './request-pipeline';
export type {
  AccessRequest,
  AuditRoom,
  Availability,
  ForwardedAnswer,
  GrantPlace,
  LeaseFacts,
  LeasesRoom,
  MountsRoom,
  PoliciesRoom,
  ReplicaRoom,
  ResolvedPath,
  Rooms,
  TokensRoom,
  WrapOrder,
  WrappingRoom,
} from './rooms';
export { requireUsablePath } from './usable-path';
